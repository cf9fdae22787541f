// One state of history, whoever seals, reduces or drops it meanwhile.
import type pg from "pg";
import { prepared } from "../db";
import { Turns } from "../turns";
import { session, transaction } from "./transaction";

// The locks come before the snapshot: an exchange of tables that ends between the two would be seen half.
const LOCKED = "LOCK TABLE ONLY sample_data, ONLY sample_hour, ONLY sample_reduced IN ACCESS SHARE MODE";
const SNAPSHOT = `ISOLATION LEVEL REPEATABLE READ READ ONLY; ${LOCKED}`;
// Planned once for each connection: years of partitions take longer to plan than to read, and are left out at run time.
const PLANNED_ONCE = "SET LOCAL plan_cache_mode = force_generic_plan";

/**
 * Of the ten connections of a process: what reads history for long leaves the others to pages and the collector. More
 * would not be faster either, since there is one thread to decode what they bring.
 */
const MOST_READING = 4;
// Pages and our server have a copy of this module each.
const shared = globalThis as {
  dozorSnapshots?: Turns;
  /** The names of what `readAtOnce` has prepared. */
  dozorReadings?: WeakMap<pg.ClientBase, Set<string>>;
};

/**
 * Runs statements that all see the same state of the database.
 * At most four at once in this process; others wait.
 * @param work reads only, and takes no second snapshot; runs again, from its beginning, when tables were exchanged under it
 * @throws what `work` throws
 */
export function inSnapshot<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const mode = prepared("any") ? `${SNAPSHOT}; ${PLANNED_ONCE}` : SNAPSHOT;
  return inTurn(() => transaction(work, mode));
}

/** A statement that reads. */
export interface Reading {
  name: string;
  text: string;
  /** Whole numbers. */
  values: readonly (number | readonly number[])[];
}

/** The rows of one statement, read as in a snapshot of its own, but in a single round trip. */
export function readAtOnce<Row extends pg.QueryResultRow>({ name, text, values }: Reading): Promise<Row[]> {
  const reading = { name: `${name}-at-once`, text, values };
  if (prepared(name)) return inTurn(() => session((client) => execute<Row>(client, reading)));
  return inSnapshot(async (client) => (await client.query<Row>(text, [...values])).rows);
}

/** Several commands sent as one text are one transaction, and the last one's snapshot is taken after the locks. */
async function execute<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  { name, text, values }: Reading,
): Promise<Row[]> {
  shared.dozorReadings ??= new WeakMap();
  const known = shared.dozorReadings.get(client) ?? new Set();
  if (!known.has(name)) await client.query(`PREPARE "${name}" AS ${text}`);
  shared.dozorReadings.set(client, known.add(name));
  const literals = values.map((value) => (typeof value === "number" ? Number(value) : `'{${value.map(Number)}}'`));
  const commands = [LOCKED, PLANNED_ONCE, `EXECUTE "${name}" (${literals.join()})`];
  // For several commands node-postgres gives several results.
  const results = (await client.query(commands.join("; "))) as unknown as pg.QueryResult<Row>[];
  return results.at(-1)?.rows ?? [];
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  shared.dozorSnapshots ??= new Turns(MOST_READING);
  return shared.dozorSnapshots.run(() => untilUndisturbed(work));
}

async function untilUndisturbed<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (attempt === ATTEMPTS || !DISTURBED.has(String(code))) throw error;
    }
  }
}

/**
 * What PostgreSQL says of a statement that lost against a change of tables: a partition it knew is gone (undefined
 * table, cannot open), its plan holds no longer, a circle of locks. The next try finds them as they are now.
 */
const DISTURBED = new Set(["42P01", "XX000", "0A000", "40P01", "40001", "55P03"]);
const ATTEMPTS = 4;
