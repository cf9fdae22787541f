// What a whole range of a series comes to: every sample counts once, however the range lies to steps and hours.
import { pool } from "../db";
import { type Bucketed, Buckets } from "./buckets";
import type { Samples } from "./deliver";
import { fetchSamples, findSeries, type Queryable, type StoredSeries } from "./fetch";
import { type Aggregate, HOUR_MS } from "./hour";
import type { SeriesRange } from "./read";
import { transaction } from "./transaction";

/** Of the finite values of a range; null where there is none. */
export interface RangeSummary {
  metric: string;
  labels: Record<string, string>;
  avg: number | null;
  min: number | null;
  max: number | null;
  last: number | null;
}

type Window = readonly [from: number, to: number];

/** Series × hours moved by one statement: a few megabytes. */
const AGGREGATES_PER_STATEMENT = 65_536;

/**
 * The mean, extremes and last value of each series over exactly [from, to): whole hours from their aggregates, the
 * beginning and the end sample by sample.
 */
export async function summarise({ subject, selectors, from, to }: SeriesRange): Promise<RangeSummary[]> {
  const series = await findSeries(pool(), subject, selectors);
  const whole = { stepSeconds: (to - from) / 1000, from, to, count: 1 };
  const buckets = series.map(() => new Buckets(whole));
  const sink = {
    samples: (index: number, samples: Samples) => buckets[index]?.addSamples(samples),
    hour: (index: number, hour: number, aggregate: Aggregate) =>
      buckets[index]?.addAggregate((hour + 1) * HOUR_MS - 1, aggregate),
  };
  const work = async (db: Queryable) => {
    for (const [start, end] of partsOf({ from, to, hours: Math.ceil(AGGREGATES_PER_STATEMENT / series.length) })) {
      await fetchSamples(db, { series, from: start, to: end, byHour: isWhole(start, end) }, sink);
    }
  };
  if (series.length > 0) await transaction(work, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return series.map((one, at) => toSummary(one, buckets[at]?.result()));
}

/** The range up to its first whole hour, its whole hours in pieces of at most `hours`, and the rest. Pure. */
function partsOf({ from, to, hours }: { from: number; to: number; hours: number }): Window[] {
  const first = Math.ceil(from / HOUR_MS) * HOUR_MS;
  const last = Math.floor(to / HOUR_MS) * HOUR_MS;
  if (first > last) return [[from, to]];
  const parts: Window[] = [[from, first]];
  for (let start = first; start < last; start += hours * HOUR_MS) {
    parts.push([start, Math.min(last, start + hours * HOUR_MS)]);
  }
  return [...parts, [last, to] as const].filter(([start, end]) => start < end);
}

const isWhole = (from: number, to: number) => from % HOUR_MS === 0 && to % HOUR_MS === 0;

function toSummary({ metric, labels }: StoredSeries, result: Bucketed | undefined): RangeSummary {
  const only = (values: readonly (number | null)[] | undefined) => values?.[0] ?? null;
  return {
    metric,
    labels,
    avg: only(result?.avg),
    min: only(result?.min),
    max: only(result?.max),
    last: only(result?.last),
  };
}
