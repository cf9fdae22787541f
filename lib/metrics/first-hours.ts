// Since when series are stored.
import { pool, prepared } from "../db";
import type { StoredSeries } from "./fetch";
import { AGGREGATE_SQL, HOUR_MS, SLOTS_SQL } from "./hour";

// Hour by hour from `since` on, along the key: a part is older than a series that joined it, but hardly ever by much of what
// comes after `since`. Every sealed hour has its aggregates; an aggregate of nothing begins with 0.
const FIRST = `
  SELECT least(
    (SELECT hour FROM sample_hour AS h
     WHERE h.set_id = wanted.set_id AND hour >= since AND slot BETWEEN 1 AND ${SLOTS_SQL}
       AND substring(${AGGREGATE_SQL} FOR 4) <> '\\x00000000'
     ORDER BY hour LIMIT 1),
    (SELECT (min(ts) / ${HOUR_MS})::int FROM sample_head AS s WHERE s.set_id = wanted.set_id AND values[slot] IS NOT NULL)
  ) AS hour
  FROM unnest($1::int[], $2::int[], $3::int[]) WITH ORDINALITY AS wanted (set_id, slot, since, place) ORDER BY place`;

/**
 * The first hour (since the epoch) that holds a sample of each series, null where there is none.
 * @param since for each series an hour before which there is certainly none: what is not looked at costs nothing
 */
export async function firstHours(
  series: readonly Pick<StoredSeries, "set" | "slot">[],
  since: readonly number[],
): Promise<(number | null)[]> {
  if (series.length === 0) return [];
  const { rows } = await pool().query<{ hour: number | null }>({
    name: prepared("first-hours"),
    text: FIRST,
    values: [series.map(({ set }) => set), series.map(({ slot }) => slot), since],
  });
  return rows.map(({ hour }) => hour);
}
