// The collector: asks every server what it has to say, on time, and keeps going whatever fails.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { listen, pool, prisma } from "../db";
import { openLocalHost } from "../host/connect";
import { hostFacts } from "../host/facts";
import { hostProbes } from "../host/probes";
import { log } from "../log";
import { sealHours } from "../metrics/seal";
import { postgresProbes } from "../postgres/probes";
import type { Probe } from "../probe";
import { settings } from "../settings/queries";
import { appendSystemLog } from "../syslog/append";
import { ask, latestOf } from "./ask";
import { createChangeReporter } from "./changes";
import { createEngine } from "./engine";
import { enabledServers, runningWatches } from "./fleet";
import { claimServers, dropForeignLeases, releaseServers } from "./lease";
import { tidy } from "./maintenance";
import { type CollectedServer, plan, type Watch } from "./plan";
import { createRecorder } from "./record";
import { selfSpec } from "./self";
import { createTargets } from "./targets";

const REFRESH_MS = 2_000;
const RENEW_MS = 10_000;
const SEAL_MS = 60_000;
const TIDY_MS = 3_600_000;

/** Repeats `job` every `intervalMs` until stopped; a failing turn is logged once per change and never ends the row. */
function repeat(name: string, intervalMs: number, job: () => Promise<unknown>): () => void {
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
    if (!stopped) timer = setTimeout(turn, intervalMs);
  };
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Writes the machine's fixed facts where pages look for them. */
async function writeHostFacts(servers: readonly CollectedServer[]): Promise<void> {
  const facts = JSON.stringify(await hostFacts());
  for (const server of servers.filter((candidate) => candidate.hostKind === "local")) {
    await pool().query(
      `INSERT INTO latest (subject, kind, ts, data) VALUES ($1, 'host_facts', now(), $2)
       ON CONFLICT (subject, kind) DO UPDATE SET ts = excluded.ts, data = excluded.data`,
      [server.id, facts],
    );
  }
}

/** What this instance watches now: servers it owns by lease, settings, and who looks at what. */
function createView(holder: string) {
  let servers: CollectedServer[] = [];
  let owned = new Set<number>();
  let claimedAt = 0;
  let watches: (Watch & { until: number })[] = [];
  let factsOf = "";

  return {
    async refresh(): Promise<void> {
      servers = await enabledServers();
      const ids = servers.map((server) => server.id);
      if (Date.now() - claimedAt > RENEW_MS || ids.some((id) => !owned.has(id))) {
        owned = await claimServers(holder, ids);
        claimedAt = Date.now();
      }
      if (factsOf !== ids.join()) {
        factsOf = ids.join();
        writeHostFacts(servers).catch((error) => log.warn({ err: error }, "facts of this machine could not be read"));
      }
    },
    async readWatches(): Promise<void> {
      watches = await runningWatches();
    },
    async specs() {
      const intervals = await settings();
      const probes: Probe[] = [...hostProbes, ...postgresProbes];
      const now = Date.now();
      return [
        selfSpec(intervals.sampling_interval_seconds),
        ...plan({
          servers: servers.filter((server) => owned.has(server.id)),
          probes,
          intervals,
          watches: watches.filter((watch) => watch.until > now),
        }),
      ];
    },
  };
}

/**
 * Starts collecting and returns the function that stops it within seconds, with everything written down.
 * @param exclusive this process is the only one on its database, so that leases of others are left-overs
 */
export async function startCollector({ exclusive }: { exclusive: boolean }): Promise<() => Promise<void>> {
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  const sources = { host: openLocalHost(), targets: createTargets() };
  const recorder = createRecorder();
  const view = createView(holder);
  const engine = createEngine({
    ask: (spec, before) => ask(spec, sources, before),
    latestOf,
    record: recorder.push,
    onChange: createChangeReporter(),
    now: Date.now,
    random: Math.random,
  });

  const reconcile = async () => engine.reconcile(await view.specs());
  const onWatch = () => void view.readWatches().then(reconcile, () => {});
  if (exclusive) await dropForeignLeases(holder);
  const stopListening = await listen("dozor_watch", onWatch, onWatch);
  const stops = [
    repeat("refresh", REFRESH_MS, () => view.refresh().then(reconcile)),
    repeat("sealing", SEAL_MS, () => sealHours(Date.now())),
    repeat("tidying", TIDY_MS, tidy),
  ];
  engine.start();
  await tell("Collector started");

  return async () => {
    for (const stop of stops) stop();
    engine.stop();
    await recorder.flush();
    await Promise.allSettled([stopListening(), sources.targets.close(), sources.host.close()]);
    await Promise.allSettled([releaseServers(holder), tell("Collector stopped")]);
  };
}

async function tell(message: string): Promise<void> {
  log.info({ source: "collector" }, message);
  await appendSystemLog(prisma(), { level: "info", source: "collector", message }).catch((error) =>
    log.warn({ err: error }, "the system log could not be written"),
  );
}
