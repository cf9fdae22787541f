// What a whole range of a series comes to: every sample counts once, however the range lies to steps and hours.
import { pool } from "../db";
import { type Bucketed, Buckets } from "./buckets";
import type { Sink } from "./deliver";
import { fetchSamples, findSeries, type Queryable, type StoredSeries } from "./fetch";
import { HOUR_MS, hourOf } from "./hour";
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
type Source = SeriesRange & { series: readonly StoredSeries[] };

/** Series × hours moved by one statement: a few megabytes. */
const AGGREGATES_PER_STATEMENT = 65_536;

/** The mean, extremes and last value of each series over exactly [from, to). */
export async function summarise(query: SeriesRange): Promise<RangeSummary[]> {
  const { from, to } = query;
  const series = await findSeries(pool(), query.subject, query.selectors);
  const buckets = series.map(() => new Buckets({ stepSeconds: (to - from) / 1000, from, to, count: 1 }));
  await eachSample(
    { ...query, series },
    {
      samples: (index, samples) => buckets[index]?.addSamples(samples),
      hour: (index, hour, aggregate) => buckets[index]?.addAggregate((hour + 1) * HOUR_MS - 1, aggregate),
    },
  );
  return series.map((one, at) => toSummary(one, buckets[at]?.result()));
}

/**
 * The mean over time of the sum of several series that are sampled together, such as the bytes of all disks; null where
 * there is no sample. A series that was there for a part of the range counts for that part: an hour has as many
 * samples as the series with most of them.
 */
export async function meanOfSum(query: SeriesRange): Promise<number | null> {
  const series = await findSeries(pool(), query.subject, query.selectors);
  const counts = new Map<number, number[]>();
  let sum = 0;
  const add = (index: number, hour: number, part: { n: number; sum: number }) => {
    const of = counts.get(hour) ?? [];
    of[index] = (of[index] ?? 0) + part.n;
    counts.set(hour, of);
    if (part.n > 0) sum += part.sum;
  };
  await eachSample(
    { ...query, series },
    {
      hour: add,
      samples: (index, { times, values }) =>
        times.forEach((time, at) => {
          const value = values[at] ?? Number.NaN;
          const counted = time >= query.from && time < query.to && Number.isFinite(value);
          if (counted) add(index, hourOf(time), { n: 1, sum: value });
        }),
    },
  );
  let ticks = 0;
  for (const of of counts.values()) ticks += of.reduce((most, n) => Math.max(most, n ?? 0), 0);
  return ticks > 0 && Number.isFinite(sum) ? sum / ticks : null;
}

/** Whole hours as aggregates, the beginning and the end sample by sample, all in one snapshot. */
async function eachSample({ series, from, to }: Source, sink: Sink): Promise<void> {
  if (series.length === 0) return;
  const hours = Math.ceil(AGGREGATES_PER_STATEMENT / series.length);
  const read = async (db: Queryable) => {
    for (const [start, end] of partsOf({ from, to, hours })) {
      const byHour = start % HOUR_MS === 0 && end % HOUR_MS === 0;
      await fetchSamples(db, { series, from: start, to: end, byHour }, sink);
    }
  };
  await transaction(read, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
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

function toSummary({ metric, labels }: StoredSeries, result: Bucketed | undefined): RangeSummary {
  const only = (values: readonly (number | null)[] | undefined) => values?.[0] ?? null;
  const [avg, min, max, last] = [only(result?.avg), only(result?.min), only(result?.max), only(result?.last)];
  return { metric, labels, avg, min, max, last };
}
