// The collector: asks every server what it has to say, on time, and keeps going whatever fails.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import path from "node:path";
import { pool, prisma } from "../db";
import { env } from "../env";
import { log } from "../log";
import { appendSystemLog } from "../syslog/append";
import { startAsking } from "./asking";
import { createHistoryJobs } from "./history-jobs";
import { dropForeignLeases, releaseLeases } from "./lease";
import { createMaintenance } from "./maintenance";
import { createRecorder } from "./record";
import { repeat } from "./repeat";
import { createRounds } from "./rounds";
import type { SpoolOptions } from "./spool";
import { createStreams } from "./streams";

const SEAL_MS = 60_000;
/** How often retention looks whether it is due. */
const RETAIN_MS = 10_000;
/** How often maintenance looks what is due, and keeps its lease. */
const MAINTAIN_MS = 10_000;
const ROUND_MS = 60_000;
/** How often an instance looks whether streams are its work. */
const STREAMS_MS = 2_000;

/**
 * Starts collecting and returns the function that stops it within seconds, with everything written down.
 * @param exclusive this process is the only one on its database, so that leases of others are left-overs
 */
export async function startCollector({ exclusive }: { exclusive: boolean }): Promise<() => Promise<void>> {
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  const recorder = createRecorder(await spoolOptions(exclusive));
  const rounds = createRounds();
  if (exclusive) await dropForeignLeases(holder);
  await recorder.start();
  const stopAsking = await startAsking({ holder, recorder, rounds });
  const history = createHistoryJobs(holder);
  const maintenance = createMaintenance(holder);
  const streams = createStreams(holder);
  const stops = [
    // What an earlier process spooled comes first: it would meet hours that are sealed and reduced otherwise.
    repeat("sealing", SEAL_MS, () => recorder.recovered.then(history.seal)),
    repeat("retention", RETAIN_MS, () => recorder.recovered.then(history.retain)),
    repeat("maintenance", MAINTAIN_MS, maintenance.turn),
    repeat("round", ROUND_MS, rounds.tell),
    repeat("streams", STREAMS_MS, streams.run),
  ];
  await tell("Collector started");

  return async () => {
    for (const stop of stops) void stop();
    history.stop();
    maintenance.stop();
    await Promise.all([recorder.close(), stopAsking(), streams.stop()]);
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
