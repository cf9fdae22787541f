// The collector: asks every server what it has to say, on time, and keeps going whatever fails.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import path from "node:path";
import { listen, pool, prisma } from "../db";
import { env } from "../env";
import { openLocalHost } from "../host/connect";
import { log } from "../log";
import { forgetPlaces } from "../metrics/slots";
import { forgetSettings } from "../settings/queries";
import { appendSystemLog } from "../syslog/append";
import { ask, latestOf } from "./ask";
import { createChangeReporter } from "./changes";
import { createEngine } from "./engine";
import { createHistoryJobs } from "./history-jobs";
import { dropForeignLeases, releaseLeases } from "./lease";
import { tidy } from "./maintenance";
import { createRecorder } from "./record";
import { createSelfProbe } from "./self";
import type { SpoolOptions } from "./spool";
import { createTargets } from "./targets";
import { createView } from "./view";

const REFRESH_MS = 5_000;
const SEAL_MS = 60_000;
/** How often retention looks whether it is due. */
const RETAIN_MS = 10_000;
const TIDY_MS = 3_600_000;

/**
 * Repeats `job` every `intervalMs` until stopped; a failing turn is logged once per change and never ends the row.
 * @returns the function that stops it, which resolves when the turn under way has ended
 */
function repeat(name: string, intervalMs: number, job: () => Promise<unknown>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  let stopped = false;
  const turn = async (): Promise<void> => {
    try {
      await job();
      if (failing) log.info({ job: name }, "works again");
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ job: name, err: error }, "failed; it is tried again");
      failing = true;
    }
    if (stopped) return;
    timer = setTimeout(() => {
      last = turn();
    }, intervalMs);
  };
  let last = turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
    return last;
  };
}

/**
 * Starts collecting and returns the function that stops it within seconds, with everything written down.
 * @param exclusive this process is the only one on its database, so that leases of others are left-overs
 */
export async function startCollector({ exclusive }: { exclusive: boolean }): Promise<() => Promise<void>> {
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  const sources = { host: openLocalHost(), targets: createTargets() };
  const recorder = createRecorder(await spoolOptions(exclusive));
  const view = createView(holder, createSelfProbe(recorder.counts));
  const engine = createEngine({
    ask: (spec, before) => ask(spec, sources, before),
    latestOf,
    record: recorder.push,
    onChange: createChangeReporter(),
    now: Date.now,
    random: Math.random,
  });

  const reconcile = async () => {
    const specs = await view.specs();
    const asked = new Set(specs.map(({ server }) => server.id));
    engine.reconcile(specs);
    recorder.retain(asked);
    sources.targets.retain(asked);
  };
  const onWatch = () =>
    void view
      .readWatches()
      .then(reconcile)
      .catch(() => {});
  const onSettings = () => {
    forgetSettings();
    reconcile().catch(() => {});
  };
  // Our database may have crashed, or be another one now: what we know of its content may no longer hold.
  const onReconnect = () => {
    forgetPlaces();
    view.forgetFacts();
    recorder.restore();
    onWatch();
  };
  if (exclusive) await dropForeignLeases(holder);
  await recorder.start();
  const stopListening = await listen("dozor_watch", onWatch, onReconnect);
  const stopHearing = await listen("dozor_settings", onSettings, onSettings);
  const stopRefreshing = repeat("refresh", REFRESH_MS, () => view.refresh().then(reconcile));
  // What an earlier process spooled comes first: it would meet hours that are sealed and reduced otherwise.
  const history = createHistoryJobs(holder);
  const stops = [
    repeat("sealing", SEAL_MS, () => recorder.recovered.then(history.seal)),
    repeat("retention", RETAIN_MS, () => recorder.recovered.then(history.retain)),
    repeat("tidying", TIDY_MS, tidy),
  ];
  engine.start();
  await tell("Collector started");

  return async () => {
    for (const stop of stops) void stop();
    history.stop();
    engine.stop();
    // A refresh under way would claim again the leases that are given back below.
    await Promise.all([recorder.close(), stopRefreshing()]);
    await Promise.allSettled([stopListening(), stopHearing(), sources.targets.close(), sources.host.close()]);
    await Promise.allSettled([releaseLeases(holder), tell("Collector stopped")]);
  };
}

async function spoolOptions(exclusive: boolean): Promise<SpoolOptions> {
  // The first migration's id was drawn when the database was made, and a restored copy keeps it.
  const { rows } = await pool().query<{ id: string }>(
    "SELECT id FROM _prisma_migrations ORDER BY started_at, id LIMIT 1",
  );
  const { DATA_DIR = ".data", SPOOL_MAX_MB } = env();
  return {
    folder: path.join(path.resolve(/* turbopackIgnore: true */ DATA_DIR), "spool"),
    maxBytes: SPOOL_MAX_MB * 1024 * 1024,
    database: rows[0]?.id ?? "",
    exclusive,
  };
}

async function tell(message: string): Promise<void> {
  log.info({ source: "collector" }, message);
  await appendSystemLog(prisma(), { level: "info", source: "collector", message }).catch((error) =>
    log.warn({ err: error }, "the system log could not be written"),
  );
}
