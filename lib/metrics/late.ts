// Samples that come when the full resolution of their hour is gone: they are added to what stands for it.
import type pg from "pg";
import type { Block } from "./block";
import { type HeadRow, mergeSamples } from "./grid";
import { type Aggregate, aggregate, decodeHour, encodeHour } from "./hour";
import { createPace } from "./pace";
import { COLUMNS_PER_SLOT, mergeReduced, type Reduced, type ReducedStep, reduceSamples } from "./reduce";
import { decodeColumns, encodeReduced } from "./reduce-block";

/** Head rows of one part and hour. */
export interface LateHour {
  set: number;
  /** Hours since the epoch. */
  hour: number;
  head: readonly HeadRow[];
}

/**
 * Adds late samples to the reduced steps and the hourly aggregate of an hour that has no row in sample_data. They count
 * as the latest ones: the times of the others are not known any more. Called once for each sample, in the transaction
 * that takes it from the head.
 * @returns the number of values; undefined if nothing stands for the hour, so that it is to be sealed like any other
 */
export async function mergeLate(client: pg.ClientBase, { set, hour, head }: LateHour): Promise<number | undefined> {
  const late = mergeSamples(head);
  const steps = await mergeIntoSteps(client, { set, hour }, late);
  const { rows } = await client.query<{ agg: Buffer }>(
    "SELECT agg FROM sample_hour WHERE set_id = $1 AND hour = $2 FOR UPDATE",
    [set, hour],
  );
  const agg = rows[0]?.agg;
  if (agg) {
    const known = decodeHour(agg);
    const merged = Array.from({ length: Math.max(known.length, late.columns.length) }, (_, slot) =>
      mergeAggregates(
        known[slot],
        aggregate(late.columns[slot]?.values ?? new Float64Array(0)),
        steps && lastOf(steps, slot),
      ),
    );
    await client.query("UPDATE sample_hour SET agg = $3 WHERE set_id = $1 AND hour = $2", [
      set,
      hour,
      encodeHour(merged),
    ]);
  }
  return agg || steps ? late.added : undefined;
}

/** @returns what the hour has come to; undefined if it is not there in steps */
async function mergeIntoSteps(
  client: pg.ClientBase,
  { set, hour }: { set: number; hour: number },
  late: Pick<ReturnType<typeof mergeSamples>, "times" | "columns">,
): Promise<Reduced | undefined> {
  const { rows } = await client.query<Block & { step: ReducedStep }>(
    "SELECT step_s AS step, offs, data FROM sample_reduced WHERE set_id = $1 AND hour = $2 FOR UPDATE",
    [set, hour],
  );
  const [row] = rows;
  if (!row) return undefined;
  const pace = createPace();
  const { times, columns } = await decodeColumns(row, pace);
  const added = reduceSamples(late.times, late.columns, row.step);
  const merged = mergeReduced({ starts: times, columns }, added, row.step);
  const { offs, data } = await encodeReduced(merged, pace);
  await client.query("UPDATE sample_reduced SET offs = $3, data = $4 WHERE set_id = $1 AND hour = $2", [
    set,
    hour,
    offs,
    data,
  ]);
  return merged;
}

function mergeAggregates(before: Aggregate | undefined, late: Aggregate, last: number | undefined): Aggregate {
  if (!before || before.n === 0) return late;
  if (late.n === 0) return before;
  return {
    n: before.n + late.n,
    sum: before.sum + late.sum,
    min: Math.min(before.min, late.min),
    max: Math.max(before.max, late.max),
    last: last ?? late.last,
  };
}

/** The last value of a slot's last step. */
const lastOf = ({ columns }: Reduced, slot: number): number | undefined =>
  columns[(slot + 1) * COLUMNS_PER_SLOT - 1]?.values.at(-1);
