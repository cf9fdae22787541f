// Databases that were dropped so long ago that nothing is stored of them any more: they leave the list, and their series go.
import type pg from "pg";
import { pool } from "../db";
import { storedPartitions } from "./partitions";
import { transaction } from "./transaction";

/**
 * Forgets the databases that were dropped before the oldest history there is; whatever the policy was, nothing of them is
 * left then. Doing it twice changes nothing.
 * @returns rows removed
 */
export async function forgetDatabases(signal?: AbortSignal): Promise<number> {
  const oldest = Math.min(...(await storedPartitions()).map(({ from }) => from));
  if (!Number.isFinite(oldest)) return 0;
  const before = new Date(oldest * 3_600_000).toISOString();
  const { rows } = await pool().query<{ subject: number }>(
    "SELECT DISTINCT subject FROM server_databases WHERE dropped_at < $1 ORDER BY subject",
    [before],
  );
  let removed = 0;
  for (const { subject } of rows) {
    if (signal?.aborted) break;
    removed += await transaction((client) => forgetOf(client, subject, before));
  }
  return removed;
}

// Labelled as in lib/collect/databases-seen.ts: the name alone belongs to the one that had it last.
const GONE = `
  DELETE FROM server_databases AS d USING (
    SELECT oid, row_number() OVER (PARTITION BY name ORDER BY dropped_at DESC NULLS FIRST, oid) = 1 AS is_holder
    FROM server_databases WHERE subject = $1
  ) AS named
  WHERE d.subject = $1 AND d.dropped_at < $2 AND named.oid = d.oid
  RETURNING d.name, CASE WHEN NOT is_holder THEN d.oid::text END AS oid`;

const SERIES = `series JOIN jsonb_to_recordset($2::jsonb) AS gone (name text, oid text)
  ON labels->>'database' = gone.name AND labels->>'oid' IS NOT DISTINCT FROM gone.oid`;

// The last series of a part stays: slots are counted from it, and none may be given twice.
const IDLE_SERIES = `
  DELETE FROM series AS e USING (
    SELECT set_id, slot FROM ${SERIES}
    WHERE subject = $1 AND slot < (SELECT max(slot) FROM series AS o WHERE o.set_id = series.set_id)
  ) AS idle WHERE (e.set_id, e.slot) = (idle.set_id, idle.slot)`;

async function forgetOf(client: pg.ClientBase, subject: number, before: string): Promise<number> {
  // As whoever makes series or changes their labels.
  await client.query("SELECT FROM subject WHERE id = $1 FOR NO KEY UPDATE", [subject]);
  const { rows: gone } = await client.query<{ name: string; oid: string | null }>(GONE, [subject, before]);
  const series = await client.query(IDLE_SERIES, [subject, JSON.stringify(gone)]);
  await client.query("SELECT pg_notify('dozor_places', $1)", [String(subject)]);
  return gone.length + (series.rowCount ?? 0);
}
