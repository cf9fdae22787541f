// Deletes what is stored of subjects that are gone: in pieces that nobody notices, in as many attempts as it takes.
import type pg from "pg";
import { pool } from "../db";
import { createPace } from "./pace";
import { SEAL_LOCK } from "./seal";
import { transaction } from "./transaction";

/** Whoever collected it has heard by then that it is gone. What comes later still is passed over or deleted, too. */
const REST_SECONDS = 30;
/** Rows in one statement: some ten milliseconds. */
const ROWS_AT_ONCE = 500;
/** Others of maintenance want their turn; the next run goes on. */
const MOST_MS = 30_000;

/** Tables of samples, in the order in which sealing writes and retention drops them, and what orders the rows of a part. */
const SAMPLES = [
  ["sample_head", "ts"],
  ["sample_data", "hour"],
  ["sample_hour", "hour"],
  ["sample_day", "day"],
  ["sample_reduced", "hour"],
] as const;

/** Beside samples, by subject. */
const STATES = [
  "latest",
  "live_sessions",
  "watch",
  "session_request",
  "probe_state",
  "run",
  "server_databases",
] as const;

/**
 * Deletes the history of subjects that were deleted half a minute ago or earlier, and then the subjects. Each statement is
 * kept on its own, so that it may end anywhere; the next run goes on. A subject that is being sealed waits for the next run.
 * @param signal ends it early
 * @returns rows removed
 */
export async function forgetSubjects(signal?: AbortSignal): Promise<number> {
  const until = performance.now() + MOST_MS;
  const pace = createPace(signal);
  const { rows } = await pool().query<{ id: number }>(
    `SELECT id FROM subject WHERE kind IN ('server', 'channel') AND deleted_at < now() - make_interval(secs => $1)
       AND NOT EXISTS (SELECT FROM servers WHERE servers.id = subject.id)
       AND NOT EXISTS (SELECT FROM channels WHERE channels.id = subject.id) ORDER BY id`,
    [REST_SECONDS],
  );
  const removed = { rows: 0 };
  const goOn = async (): Promise<boolean> => {
    if (!signal?.aborted) await pace().catch(() => {});
    return !signal?.aborted && performance.now() < until;
  };
  for (const { id } of rows) {
    if (!(await goOn())) break;
    await forgetSubject(id, removed, goOn);
  }
  return removed.rows;
}

type GoOn = () => Promise<boolean>;

async function forgetSubject(subject: number, removed: { rows: number }, goOn: GoOn): Promise<void> {
  const { rows } = await pool().query<{ id: number }>("SELECT id FROM series_set WHERE subject = $1 ORDER BY id", [
    subject,
  ]);
  for (const { id } of rows) {
    for (const [table, key] of SAMPLES) {
      for (let count = ROWS_AT_ONCE; count === ROWS_AT_ONCE; ) {
        if (!(await goOn())) return;
        count = await removePiece(id, table, key);
        removed.rows += count;
      }
    }
    removed.rows += await removePart(subject, id);
  }
  if (await goOn()) removed.rows += await removeSubject(subject);
}

const deleted = async (db: Pick<pg.ClientBase, "query">, statement: string, value: unknown): Promise<number> =>
  (await db.query(statement, [value])).rowCount ?? 0;

const removePiece = (set: number, table: string, key: string): Promise<number> =>
  deleted(
    pool(),
    `DELETE FROM ${table} WHERE set_id = $1 AND ${key} <= (
       SELECT max(${key}) FROM (SELECT ${key} FROM ${table} WHERE set_id = $1 ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}) first)`,
    set,
  );

/** The part, with what came since its rows were removed. Without it nothing can be sealed for it any more. */
function removePart(subject: number, set: number): Promise<number> {
  return transaction(async (client) => {
    const lock = await client.query("SELECT pg_try_advisory_xact_lock($1, $2) AS free", [SEAL_LOCK, subject]);
    if (!lock.rows[0]?.free) return 0;
    let removed = 0;
    for (const table of [...SAMPLES.map(([name]) => name), "series"])
      removed += await deleted(client, `DELETE FROM ${table} WHERE set_id = $1`, set);
    return removed + (await deleted(client, "DELETE FROM series_set WHERE id = $1", set));
  });
}

/** The last server's stays until there is another: a start without any is the first, which registers this machine. */
const SUBJECT = `DELETE FROM subject WHERE id = $1
  AND (kind = 'channel' OR EXISTS (SELECT FROM subject AS other WHERE other.kind = 'server' AND other.id <> $1))`;

/** What is left when no part is. */
function removeSubject(subject: number): Promise<number> {
  return transaction(async (client) => {
    // Nobody adds to it meanwhile: what refers to it would wait, and then be refused.
    await client.query("SELECT FROM subject WHERE id = $1 FOR UPDATE", [subject]);
    const parts = await client.query("SELECT FROM series_set WHERE subject = $1 LIMIT 1", [subject]);
    if (parts.rows.length > 0) return 0;
    let removed = await deleted(client, "DELETE FROM lease WHERE name = 'server:' || $1::int", subject);
    for (const table of STATES) removed += await deleted(client, `DELETE FROM ${table} WHERE subject = $1`, subject);
    return removed + (await deleted(client, SUBJECT, subject));
  });
}
