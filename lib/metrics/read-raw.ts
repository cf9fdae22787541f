// Reading history as it is stored: sample by sample, or what stands for them where they are reduced.
import { pool } from "../db";
import { metricCatalog } from "./catalog";
import type { Sink, StoredStep } from "./deliver";
import { fetchSamples, findSeries, type StoredSeries, storedHours } from "./fetch";
import { HOUR_MS } from "./hour";
import { checkRange, MOST_VALUES, SAMPLES_PER_STATEMENT, type SeriesRange, tooLarge } from "./range";
import { inSnapshot } from "./snapshot";

export interface RawResult {
  /** Seconds since the epoch, ascending, exact to the millisecond. */
  ts: number[];
  /** Every stored value as it was written, NaN and infinities included; null where the series has no sample. */
  series: { metric: string; labels: Record<string, string>; values: (number | null)[] }[];
  /** Older samples of the range were left out. */
  truncated: boolean;
  /** Seconds of the coarsest steps among the values; 0 where all are samples. */
  stepSeconds: number;
}

/**
 * Every stored sample, ascending; of more than `limit` (1..) times, the newest are kept. Where history is reduced, a
 * value stands for each step, at its start.
 * @throws AppError bad_request for an empty range, too_large when limit × series would be
 */
export async function readRaw(query: SeriesRange & { limit: number }): Promise<RawResult> {
  checkRange(query);
  const series = await findSeries(pool(), query.subject, query.selectors);
  if (series.length * query.limit > MOST_VALUES) throw tooLarge(series.length);
  const found = await inSnapshot(async (db) => {
    const times = new Times(query, series);
    const hours = await storedHours(db, { series, from: Math.floor(query.from), to: Math.ceil(query.to) });
    // Newest first, and little at first: most ask for the last few minutes.
    for (let at = 0, take = 1; at < hours.length && times.size <= query.limit; take *= 2) {
      const group = hours.slice(at, at + Math.min(take, Math.ceil(SAMPLES_PER_STATEMENT / series.length)));
      const [last = 0, first = last] = [group[0], group.at(-1)];
      await fetchSamples(db, { series, from: first * HOUR_MS, to: (last + 1) * HOUR_MS, byHour: false }, times);
      at += group.length;
    }
    return times;
  });
  return found.newest(query.limit);
}

/** What stands for a reduced step among samples: its mean, or what a counter had come to. */
function standsFor(metric: string, step: StoredStep): number {
  if (metricCatalog().get(metric)?.kind === "counter") return step.last;
  return step.sum / step.n;
}

interface Moment {
  values: (number | null)[];
  stepSeconds: number;
}

/** Values of several series by time. */
class Times implements Sink {
  private readonly moments = new Map<number, Moment>();

  constructor(
    private readonly range: Pick<SeriesRange, "from" | "to">,
    private readonly series: readonly StoredSeries[],
  ) {}

  get size(): number {
    return this.moments.size;
  }

  samples(index: number, { times, values }: Parameters<Sink["samples"]>[1]): void {
    times.forEach((ts, i) => {
      this.put(index, ts, { value: values[i] ?? 0, stepSeconds: 0 });
    });
  }

  step(index: number, step: StoredStep): void {
    if (step.n === 0) return;
    const value = standsFor(this.series[index]?.metric ?? "", step);
    this.put(index, step.start, { value, stepSeconds: step.stepSeconds });
  }

  private put(index: number, ts: number, { value, stepSeconds }: { value: number; stepSeconds: number }): void {
    if (ts < this.range.from || ts >= this.range.to) return;
    const moment = this.moments.get(ts) ?? { values: this.series.map(() => null), stepSeconds };
    moment.values[index] = value;
    moment.stepSeconds = Math.max(moment.stepSeconds, stepSeconds);
    this.moments.set(ts, moment);
  }

  newest(limit: number): RawResult {
    const kept = [...this.moments].sort(([a], [b]) => a - b).slice(-limit);
    return {
      ts: kept.map(([time]) => time / 1000),
      series: this.series.map(({ metric, labels }, i) => ({
        metric,
        labels,
        values: kept.map(([, { values }]) => values[i] ?? null),
      })),
      truncated: kept.length < this.moments.size,
      stepSeconds: kept.reduce((coarsest, [, { stepSeconds }]) => Math.max(coarsest, stepSeconds), 0),
    };
  }
}
