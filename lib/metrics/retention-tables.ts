// Dropping and exchanging partitions: at once for readers, and without making them wait for long.
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { dayOf } from "./day";
import type { Partition } from "./partitions";
import { transaction } from "./transaction";
import { HISTORY_CHANNEL } from "./whole-hours";

/**
 * A statement that waits for a lock on a whole table makes everybody who comes later wait with it: it gives up after
 * LOCK_MS and tries again when the long reader may be gone.
 */
const LOCK_MS = 200;
const PAUSE_MS = 500;
const ATTEMPTS = 120;
/** PostgreSQL's codes for a lock that was not had in time and for a circle of waiting. */
const LOCKED = new Set(["55P03", "40P01"]);

/** Readers and writers of a week that is being dropped were there for a minute. */
export class StillInUse extends Error {
  override readonly name = "StillInUse";
}

/**
 * Runs a short transaction that locks tables, again and again until it gets its locks; what it did before is undone then.
 * @throws StillInUse after about a minute
 */
export async function withLocks<T>(work: (client: pg.ClientBase) => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await transaction(async (client) => {
        await client.query("SELECT set_config('lock_timeout', $1, true)", [`${LOCK_MS}ms`]);
        return work(client);
      });
    } catch (error) {
      if (!LOCKED.has(String((error as { code?: unknown } | null)?.code))) throw error;
      if (attempt === ATTEMPTS) throw new StillInUse("History is in use without a pause", { cause: error });
      await pause(PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

/** Keeps writers out of tables; readers go on. */
export async function lockWrites(client: pg.ClientBase, partitions: readonly Partition[]): Promise<void> {
  if (partitions.length === 0) return;
  await client.query(`LOCK TABLE ${partitions.map(({ name }) => name).join()} IN SHARE ROW EXCLUSIVE MODE`);
}

/** Drops partitions. Whoever reads history holds a lock on its tables until the end of a transaction: none sees half. */
export async function dropPartitions(client: pg.ClientBase, partitions: readonly Partition[]): Promise<void> {
  if (partitions.length === 0) return;
  // In the order in which readers take them.
  const parents = [...new Set(partitions.map(({ parent }) => parent))].sort();
  await client.query(`LOCK TABLE ${parents.map((parent) => `ONLY ${parent}`).join()} IN ACCESS EXCLUSIVE MODE`);
  await client.query(`DROP TABLE ${partitions.map(({ name }) => name).join()}`);
  for (const { parent, from, to } of partitions)
    if (parent === "sample_hour")
      await client.query("DELETE FROM sample_day WHERE day >= $1 AND day < $2", [dayOf(from), dayOf(to)]);
  await client.query(`NOTIFY ${HISTORY_CHANNEL}, '*'`);
}

/**
 * What a table takes on disk, bytes: rows, values out of line, and the indexes of both. Without the maps of free and
 * visible pages, which come and go with vacuum.
 */
export async function tableBytes(db: Pick<pg.ClientBase, "query">, names: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ bytes: string }>(
    `WITH heap AS (
       SELECT oid FROM pg_class WHERE oid = ANY ($1::regclass[])
       UNION ALL SELECT reltoastrelid FROM pg_class WHERE oid = ANY ($1::regclass[]) AND reltoastrelid <> 0
     ), files AS (SELECT oid FROM heap UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM heap))
     SELECT coalesce(sum(pg_relation_size(oid)), 0)::bigint AS bytes FROM files`,
    [names],
  );
  return Number(rows[0]?.bytes ?? 0);
}
