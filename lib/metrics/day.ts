// Days: what their hours came to, so that months and years are read from few rows. Hours stay what they are.
import type pg from "pg";
import { type Aggregate, decodeHour, encodeHour, HOUR_MS } from "./hour";

export const DAY_HOURS = 24;
export const DAY_MS = DAY_HOURS * HOUR_MS;

/** Days since the epoch, UTC. @param hour hours since the epoch */
export const dayOf = (hour: number): number => Math.floor(hour / DAY_HOURS);

/** The aggregates of hours, oldest first, as one, slot by slot; slots may have been added meanwhile. Pure. */
export function mergeHours(hours: readonly (readonly Aggregate[])[]): Aggregate[] {
  const slots = Math.max(0, ...hours.map(({ length }) => length));
  return Array.from({ length: slots }, (_, slot) => {
    const day: Aggregate = { n: 0, sum: 0, min: Infinity, max: -Infinity, last: 0 };
    for (const aggregates of hours) {
      const one = aggregates[slot];
      if (!one || one.n === 0) continue;
      day.n += one.n;
      day.sum += one.sum;
      day.min = Math.min(day.min, one.min);
      day.max = Math.max(day.max, one.max);
      day.last = one.last;
    }
    return day;
  });
}

/** What the days of parts come to anew. In the transaction that changed their hours, which lets nobody else seal them. */
export async function rollUpDay(client: pg.ClientBase, sets: readonly number[], day: number): Promise<void> {
  const { rows } = await client.query<{ set: number; hours: Buffer[] }>(
    `SELECT set_id AS set, array_agg(agg ORDER BY hour) AS hours FROM sample_hour
     WHERE set_id = ANY ($1) AND hour BETWEEN $2::int * ${DAY_HOURS} AND $2::int * ${DAY_HOURS} + ${DAY_HOURS - 1} GROUP BY set_id`,
    [sets, day],
  );
  await client.query(
    `INSERT INTO sample_day (set_id, day, agg) SELECT set_id, $1, agg FROM unnest($2::int[], $3::bytea[]) AS made (set_id, agg)
     ON CONFLICT (set_id, day) DO UPDATE SET agg = excluded.agg`,
    [day, rows.map(({ set }) => set), rows.map(({ hours }) => encodeHour(mergeHours(hours.map(decodeHour))))],
  );
}

/** For a day whose hours are still changing: it is read from them. */
export async function forgetDay(client: pg.ClientBase, sets: readonly number[], day: number): Promise<void> {
  await client.query("DELETE FROM sample_day WHERE set_id = ANY ($1) AND day = $2", [sets, day]);
}
