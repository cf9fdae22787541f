// Retention: old history is reduced, then deleted, a partition at a time; what it says it did is what it did.
import type pg from "pg";
import { pool } from "../db";
import { AppError } from "../errors";
import { log } from "../log";
import { type Partition, storedPartitions } from "./partitions";
import { planRetention, type RetentionPlan, type RetentionPolicy, tablesOf } from "./retention-plan";
import { dropPartitions, lockWrites, StillInUse, tableBytes, withLocks } from "./retention-tables";
import { dropLeftOvers, reduceToSteps } from "./retention-week";
import { session, transaction } from "./transaction";

export type { RetentionPolicy } from "./retention-plan";
export { type StorageRates, type StoredHistory, storageRates, storedHistory } from "./retention-storage";

/** Rows are part-hours: one hour of at most 64 series. */
export interface RetentionResult {
  /** Rows removed because of their age. */
  deletedCount: number;
  /** Rows for which a coarser one stands now: steps, or the hourly aggregate. */
  downsampledCount: number;
  /** What the tables of history have shrunk by; negative if they grew. */
  freedBytes: number;
}

export interface RunOptions {
  /** Say what would happen, reckoned in the same way, and change nothing. */
  dryRun: boolean;
  /** Ends the run between two pieces; the next one goes on from there. */
  signal?: AbortSignal;
  /** Called once it is certain that the run may go on, before anything goes; not for a dry run. */
  begun?: () => Promise<unknown>;
}

const NOTHING: RetentionResult = { deletedCount: 0, downsampledCount: 0, freedBytes: 0 };
/** Only one run at a time in the database, whoever began it. */
const RUN_LOCK = 0x72657461;

/**
 * Applies the policy to all history that is old enough at `now` (ms since the epoch). Bounded memory, short statements;
 * a run that is cut short is continued by the next one. A piece that could not be had (see the log) waits for the next run.
 * @throws AppError conflict when a run is under way already; AggregateError when some pieces failed, all others are done
 */
export async function applyRetention(
  policy: RetentionPolicy,
  now: number,
  options: RunOptions,
): Promise<RetentionResult> {
  const failures: unknown[] = [];
  if (options.dryRun) return policy.archiveEnabled ? inTurn(() => run(policy, now, { ...options, failures })) : NOTHING;
  return alone(async () => {
    await options.begun?.();
    if (!policy.archiveEnabled) return NOTHING;
    const result = await run(policy, now, { ...options, failures });
    await writeDown(result, now);
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} pieces of old history failed`);
    return result;
  });
}

let last: Promise<unknown> = Promise.resolve();

/** Dry runs may take minutes and hold a connection each: so many as people ask for would leave none to collect with. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work);
  last = done.catch(() => {});
  return done;
}

/** The lock belongs to a transaction that does nothing: a pooler may share connections, it cannot share this one. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return transaction(async (client) => {
    const { rows } = await client.query<{ free: boolean }>("SELECT pg_try_advisory_xact_lock($1) AS free", [RUN_LOCK]);
    if (!rows[0]?.free)
      throw new AppError("conflict", "History is being cleaned up already; try again when it is done");
    // Hours of work may go by elsewhere before this transaction ends.
    await client.query("SET LOCAL idle_in_transaction_session_timeout = 0");
    return work();
  });
}

/** @param options `failures` takes what went wrong with single pieces */
async function run(
  policy: RetentionPolicy,
  now: number,
  options: RunOptions & { failures: unknown[] },
): Promise<RetentionResult> {
  const plan = planRetention(policy, now, await storedPartitions());
  if (!options.dryRun) await dropLeftOvers(plan.toSteps);
  const total = { ...NOTHING };
  for (const piece of piecesOf(plan, options)) {
    options.signal?.throwIfAborted();
    const result = await piece().catch(async (error: unknown) => {
      if (options.dryRun || options.signal?.aborted) throw error;
      log.warn({ err: error }, "a piece of old history could not be removed; the next run tries again");
      // Where the database is away, so are the other pieces.
      await pool().query("SELECT 1");
      if (!(error instanceof StillInUse)) options.failures.push(error);
      return NOTHING;
    });
    total.deletedCount += result.deletedCount;
    total.downsampledCount += result.downsampledCount;
    total.freedBytes += result.freedBytes;
  }
  return total;
}

type Piece = () => Promise<RetentionResult>;

function piecesOf(plan: RetentionPlan, options: RunOptions): Piece[] {
  return [
    ...plan.expired.map((week) => () => remove(tablesOf(week), options, countDeleted)),
    ...plan.toHours.map((week) => () => remove(tablesOf(week), options, countReplaced(plan.aggregatesFrom))),
    ...plan.toSteps.weeks.map((week) => () => reduceToSteps(week, plan.toSteps.step, options)),
    ...plan.months.map((month) => () => remove([month], options, countDeleted)),
  ];
}

/** How many rows of these tables are deleted or replaced by dropping them; undefined if they may not be dropped. */
type Count = (client: pg.ClientBase, tables: string[]) => Promise<Omit<RetentionResult, "freedBytes"> | undefined>;

/** Drops partitions once they are counted and measured; between the two nobody writes to them. */
async function remove(tables: readonly Partition[], { dryRun, signal }: RunOptions, count: Count) {
  const names = tables.map(({ name }) => name);
  const look = async (client: pg.ClientBase): Promise<RetentionResult | undefined> => {
    const counted = await count(client, names);
    return counted && { ...counted, freedBytes: await tableBytes(client, names) };
  };
  const result = await (dryRun
    ? session(look)
    : withLocks(async (client) => {
        await lockWrites(client, tables);
        const looked = await look(client);
        if (looked) await dropPartitions(client, tables);
        return looked;
      }, signal));
  if (!result) log.warn({ tables: names }, "history without hourly aggregates is kept at its present resolution");
  return result ?? NOTHING;
}

const countDeleted: Count = async (client, tables) => {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM (${union(tables)}) rows`);
  return { deletedCount: Number(rows[0]?.count ?? 0), downsampledCount: 0 };
};

/** Aggregates before the hour `keptFrom` are dropped as well: of such hours nothing stays, later ones must have theirs. */
const countReplaced =
  (keptFrom: number): Count =>
  async (client, tables) => {
    const { rows } = await client.query<{ gone: string; replaced: string; bare: string }>(
      `SELECT count(*) FILTER (WHERE hour < $1) AS gone,
         count(*) FILTER (WHERE hour >= $1 AND agg IS NOT NULL) AS replaced,
         count(*) FILTER (WHERE hour >= $1 AND agg IS NULL) AS bare
       FROM (${union(tables)}) rows LEFT JOIN sample_hour USING (set_id, hour)`,
      [keptFrom],
    );
    const [{ gone, replaced, bare } = { gone: "0", replaced: "0", bare: "0" }] = rows;
    return bare === "0" ? { deletedCount: Number(gone), downsampledCount: Number(replaced) } : undefined;
  };

const union = (tables: readonly string[]): string =>
  tables.map((table) => `SELECT set_id, hour FROM ${table}`).join(" UNION ALL ");

async function writeDown({ deletedCount, downsampledCount, freedBytes }: RetentionResult, now: number): Promise<void> {
  await session((client) =>
    client.query(
      `UPDATE retention SET last_archive_run = to_timestamp($1::float8 / 1000), deleted_count = $2,
         downsampled_count = $3, freed_bytes = $4 WHERE id = 1`,
      [now, deletedCount, downsampledCount, freedBytes],
    ),
  );
}
