// One state of history, whoever seals, reduces or drops it meanwhile.
import type pg from "pg";
import { eachRow, prepared } from "../db";
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
const shared = globalThis as { dozorSnapshots?: Turns };

/**
 * Runs statements that all see the same state of the database.
 * At most four at once in this process; others wait.
 * @param work reads only, and takes no second snapshot; runs again, from its beginning, when tables were exchanged under it
 * @throws what `work` throws
 */
export function inSnapshot<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  return inTurn(() => transaction(work, mode()));
}

const mode = (): string => (prepared("any") ? `${SNAPSHOT}; ${PLANNED_ONCE}` : SNAPSHOT);

/** A statement that reads. */
export interface Reading {
  name: string;
  text: string;
  values: readonly (number | readonly number[])[];
}

/**
 * What `convert` makes of the rows of one statement, read as in a snapshot of its own, but in a single round trip. Rows are
 * converted as they come, while the database reads the next ones.
 * @throws what `convert` throws
 */
export function readAtOnce<Row extends pg.QueryResultRow, Of>(
  reading: Reading,
  convert: (row: Row) => Of,
): Promise<Of[]> {
  return inTurn(() => session((client) => pipelined(client, () => converted(client, reading, convert))));
}

/** Sends what `work` asks together with what begins and ends a snapshot, without waiting for the answers between. */
async function pipelined<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  // An option of the connection, but looked at with each question; what reads else waits for each answer.
  Object.assign(client, { pipeline: true });
  const sent = [client.query(`BEGIN ${mode()}`), work(), client.query("COMMIT")] as const;
  await Promise.allSettled(sent);
  Object.assign(client, { pipeline: false });
  // Of several errors the first one is the cause.
  return (await Promise.all(sent))[1];
}

async function converted<Row extends pg.QueryResultRow, Of>(
  client: pg.ClientBase,
  { name, text, values }: Reading,
  convert: (row: Row) => Of,
): Promise<Of[]> {
  const made: Of[] = [];
  const query = { name: prepared(name), text, values: [...values] };
  await eachRow<Row>(client, query, (row) => made.push(convert(row)));
  return made;
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
