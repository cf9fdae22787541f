// Servers in our database with newest answers as the collector writes them, and the exposition that tells of them.
import { latestOf } from "../../lib/collect/ask";
import type { CollectedServer } from "../../lib/collect/plan";
import { writeLatest, writeState } from "../../lib/collect/state";
import { pool } from "../../lib/db";
import { fleetFamilies } from "../../lib/exposition/fleet";
import { writeFamilies } from "../../lib/exposition/format";
import type { Outcome, Probe } from "../../lib/probe";

/** A watched server, enabled. @returns its number */
export async function addServer(
  name: string,
  { machine = true, postgres = true }: { machine?: boolean; postgres?: boolean } = {},
): Promise<number> {
  const { rows } = await pool().query<{ id: number }>(
    `WITH made AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
     INSERT INTO servers (id, name, host_kind, pg_host, pg_port, pg_user, pg_database)
     SELECT id, $1, $2, $3, 5432, 'watcher', 'postgres' FROM made RETURNING id`,
    [name, machine ? "local" : null, postgres ? "127.0.0.1" : null],
  );
  if (!rows[0]) throw new Error("no server was made");
  return rows[0].id;
}

interface Told {
  server: number;
  probe: Probe;
  outcome: Outcome;
  /** Milliseconds since the epoch; now, without it. */
  at?: number;
  intervalSeconds?: number;
}

/** Writes what a probe answered down, as the collector does. */
export async function keepOutcome({
  server,
  probe,
  outcome,
  at = Date.now(),
  intervalSeconds = 15,
}: Told): Promise<void> {
  const spec = { server: { id: server } as CollectedServer, probe, live: false, key: "" };
  const result = {
    ...{ subject: server, probe: probe.name, live: false, ts: at, startedAt: at, durationMs: 1, outcome },
    latest: latestOf({ ...spec, intervalMs: 0, phaseMs: 0 }, outcome),
    ...{ failures: 0, skipped: 0, intervalSeconds, nextRunAt: at + intervalSeconds * 1_000, changed: false },
  };
  await writeLatest([result]);
  await writeState([result]);
}

/** What /metrics tells of all servers, in text 0.0.4. */
export async function fleetText(now = new Date()): Promise<string> {
  const layout = { openMetrics: false, prefix: "dozor", most: 50_000, onCut() {} };
  let text = "";
  for await (const piece of writeFamilies(await fleetFamilies(now), layout)) text += piece;
  return text;
}
