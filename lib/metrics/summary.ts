// What a whole range of a series comes to: every sample counts once, however the range lies to steps and hours.
import { type Bucketed, Buckets } from "./buckets";
import type { Samples, Sink, StoredStep } from "./deliver";
import { fetchSamples, findSeries, type Queryable, type StoredSeries } from "./fetch";
import { HOUR_MS, hourOf } from "./hour";
import type { SeriesRange } from "./range";
import { inSnapshot } from "./snapshot";

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

/**
 * The mean, extremes and last value of each series over exactly [from, to). Where history is kept in steps, those that
 * begin in the range count.
 */
export async function summarise(query: SeriesRange): Promise<RangeSummary[]> {
  const { from, to } = query;
  return inSnapshot(async (db) => {
    const series = await findSeries(db, query.subject, query.selectors);
    const buckets = series.map(() => new Buckets({ stepSeconds: (to - from) / 1000, from, to, count: 1 }));
    await eachSample(
      db,
      { ...query, series },
      {
        samples: (index, samples) => buckets[index]?.addSamples(samples),
        step: (index, step) => buckets[index]?.addAggregate(step.start, step),
      },
    );
    return series.map((one, at) => toSummary(one, buckets[at]?.result()));
  });
}

/**
 * The mean over time of the sum of several series that are sampled together, such as the bytes of all disks; null where
 * there is no sample. A series that was there for a part of the range counts for that part: an hour has as many
 * samples as the series with most of them.
 */
export async function meanOfSum(query: SeriesRange): Promise<number | null> {
  return inSnapshot(async (db) => {
    const series = await findSeries(db, query.subject, query.selectors);
    const total = new Total(query);
    await eachSample(db, { ...query, series }, total);
    return total.mean();
  });
}

/** Sums of all series, and how many samples each had in each hour. */
class Total implements Sink {
  private readonly counts = new Map<number, number[]>();
  private sum = 0;

  constructor(private readonly range: Pick<SeriesRange, "from" | "to">) {}

  samples(index: number, { times, values }: Samples): void {
    times.forEach((start, at) => {
      const value = values[at] ?? Number.NaN;
      if (Number.isFinite(value)) this.step(index, { start, n: 1, sum: value });
    });
  }

  step(index: number, { start, n, sum }: Pick<StoredStep, "start" | "n" | "sum">): void {
    if (start < this.range.from || start >= this.range.to || n === 0) return;
    const hour = hourOf(start);
    const counts = this.counts.get(hour) ?? [];
    counts[index] = (counts[index] ?? 0) + n;
    this.counts.set(hour, counts);
    this.sum += sum;
  }

  mean(): number | null {
    let ticks = 0;
    for (const counts of this.counts.values()) ticks += counts.reduce((most, n) => Math.max(most, n), 0);
    return ticks > 0 && Number.isFinite(this.sum) ? this.sum / ticks : null;
  }
}

/** Whole hours as aggregates, the beginning and the end as finely as they are stored. */
export async function eachSample(db: Queryable, { series, from, to }: Source, sink: Sink): Promise<void> {
  if (series.length === 0) return;
  const hours = Math.ceil(AGGREGATES_PER_STATEMENT / series.length);
  for (const [start, end] of partsOf({ from: Math.floor(from), to: Math.ceil(to), hours })) {
    const byHour = start % HOUR_MS === 0 && end % HOUR_MS === 0;
    await fetchSamples(db, { series, from: start, to: end, byHour }, sink);
  }
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
