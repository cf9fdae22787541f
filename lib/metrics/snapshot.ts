// One state of history, whoever seals, reduces or drops it meanwhile.
import type pg from "pg";
import { prepared } from "../db";
import { Turns } from "../turns";
import { transaction } from "./transaction";

// The locks come before the snapshot: an exchange of tables that ends between the two would be seen half.
const SNAPSHOT =
  "ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE ONLY sample_data, ONLY sample_hour, ONLY sample_reduced IN ACCESS SHARE MODE";
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
  shared.dozorSnapshots ??= new Turns(MOST_READING);
  return shared.dozorSnapshots.run(() => untilUndisturbed(work));
}

async function untilUndisturbed<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const mode = prepared("any") ? `${SNAPSHOT}; ${PLANNED_ONCE}` : SNAPSHOT;
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(work, mode);
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
