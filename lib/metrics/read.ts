// Reading history: the one way to any series, from the last tick to years back.
import { pool } from "../db";
import { AppError } from "../errors";
import { type Bucketed, Buckets } from "./buckets";
import type { Samples } from "./deliver";
import { fetchSamples, findSeries, type Queryable, type Selector, type StoredSeries, storedHours } from "./fetch";
import { type Aggregate, HOUR_MS, hourOf } from "./hour";
import { chooseSteps, type Steps, stepsOf } from "./steps";
import { transaction } from "./transaction";

export type { Selector } from "./fetch";

export interface SeriesRange {
  subject: number;
  selectors: readonly Selector[];
  /** Milliseconds since the epoch; `to` is not part of the range. */
  from: number;
  to: number;
}

export interface ReadResult {
  stepSeconds: number;
  /** Start of each step, seconds since the epoch. */
  ts: number[];
  /** One entry per series found; null in a step without a finite value. */
  series: ({ metric: string; labels: Record<string, string> } & Bucketed)[];
}

export interface RawResult {
  /** Seconds since the epoch, ascending, exact to the millisecond. */
  ts: number[];
  /** Every stored value as it was written, NaN and infinities included; null where the series has no sample. */
  series: { metric: string; labels: Record<string, string>; values: (number | null)[] }[];
  /** Older samples of the range were left out. */
  truncated: boolean;
}

const DEFAULT_POINTS = 300;
/** The range of a Date, ms. */
const MOST_TIME = 8.64e15;
/** Values in one answer, and series × hours decoded for it: about a second of work each. */
const MOST_VALUES = 2_000_000;
const MOST_SERIES_HOURS = 50_000;
/** Series × hours moved by one statement: a few megabytes, some tens of milliseconds between two breaths. */
const SAMPLES_PER_STATEMENT = 1_024;
const AGGREGATES_PER_STATEMENT = 65_536;

/**
 * Average, minimum, maximum and last value per step. Steps are aligned to multiples of their length and given whole,
 * so the same step says the same whatever was asked. NaN and infinities are stored, but count as no value here.
 * @param query `stepSeconds` (a whole number from 1), else the finest of a fixed ladder that gives at most `points` (300)
 * @throws AppError bad_request for an empty range or bad step, too_large when the answer would be
 */
export async function readSeries(query: SeriesRange & { points?: number; stepSeconds?: number }): Promise<ReadResult> {
  const steps = chosenSteps(query);
  const series = await findSeries(pool(), query.subject, query.selectors);
  const byHour = steps.stepSeconds % 3_600 === 0;
  checkSize(series, steps, byHour);
  const buckets = series.map(() => new Buckets(steps));
  const sink = {
    samples: (index: number, samples: Samples) => buckets[index]?.addSamples(samples),
    hour: (index: number, hour: number, aggregate: Aggregate) =>
      buckets[index]?.addAggregate((hour + 1) * HOUR_MS - 1, aggregate),
  };
  await inOneSnapshot(chunksOf(steps, series, byHour), (db, [from, to]) =>
    fetchSamples(db, { series, from, to, byHour }, sink),
  );
  return {
    stepSeconds: steps.stepSeconds,
    ts: Array.from({ length: steps.count }, (_, i) => steps.from / 1000 + i * steps.stepSeconds),
    series: series.map(({ metric, labels }, i) => ({ metric, labels, ...(buckets[i] ?? new Buckets(steps)).result() })),
  };
}

/**
 * Every stored sample, ascending; of more than `limit` (1..) times, the newest are kept.
 * @throws AppError bad_request for an empty range, too_large when limit × series would be
 */
export async function readRaw(query: SeriesRange & { limit: number }): Promise<RawResult> {
  checkRange(query);
  const series = await findSeries(pool(), query.subject, query.selectors);
  if (series.length * query.limit > MOST_VALUES) throw tooLarge(series.length);
  const found = new Map<number, (number | null)[]>();
  const sink = {
    samples(index: number, { times, values }: Samples): void {
      times.forEach((ts, i) => {
        if (ts < query.from || ts >= query.to) return;
        const row = found.get(ts) ?? series.map(() => null);
        row[index] = values[i] ?? null;
        found.set(ts, row);
      });
    },
    hour: () => {},
  };
  await transaction(async (db) => {
    const hours = await storedHours(db, { series, from: Math.floor(query.from), to: Math.ceil(query.to) });
    // Newest first, and little at first: most ask for the last few minutes.
    for (let at = 0, take = 1; at < hours.length && found.size <= query.limit; take *= 2) {
      const group = hours.slice(at, at + Math.min(take, Math.ceil(SAMPLES_PER_STATEMENT / series.length)));
      const [last = 0, first = last] = [group[0], group.at(-1)];
      await fetchSamples(db, { series, from: first * HOUR_MS, to: (last + 1) * HOUR_MS, byHour: false }, sink);
      at += group.length;
    }
  }, SNAPSHOT);
  const ts = [...found.keys()].sort((a, b) => a - b).slice(-query.limit);
  return {
    ts: ts.map((time) => time / 1000),
    series: series.map(({ metric, labels }, i) => ({
      metric,
      labels,
      values: ts.map((time) => found.get(time)?.[i] ?? null),
    })),
    truncated: ts.length < found.size,
  };
}

const SNAPSHOT = "ISOLATION LEVEL REPEATABLE READ READ ONLY";

/** Runs one statement per chunk; several see the same state of the database, whoever seals meanwhile. */
async function inOneSnapshot(
  chunks: readonly Range[],
  run: (db: Queryable, chunk: Range) => Promise<void>,
): Promise<void> {
  const all = async (db: Queryable) => {
    for (const chunk of chunks) await run(db, chunk);
  };
  await (chunks.length > 1 ? transaction(all, SNAPSHOT) : all(pool()));
}

type Range = readonly [from: number, to: number];

/** The steps' range in pieces that end at whole hours, so that none is fetched twice. */
function chunksOf({ from, to }: Steps, series: readonly StoredSeries[], byHour: boolean): Range[] {
  if (series.length === 0) return [];
  const perStatement = byHour ? AGGREGATES_PER_STATEMENT : SAMPLES_PER_STATEMENT;
  const hours = Math.max(1, Math.floor(perStatement / series.length));
  const chunks: Range[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, (hourOf(start) + hours) * HOUR_MS);
    chunks.push([start, end]);
    start = end;
  }
  return chunks;
}

function chosenSteps(query: SeriesRange & { points?: number; stepSeconds?: number }): Steps {
  checkRange(query);
  const { from, to, points = DEFAULT_POINTS, stepSeconds } = query;
  if (stepSeconds === undefined) return chooseSteps(from, to, Math.max(1, points));
  if (!Number.isSafeInteger(stepSeconds) || stepSeconds < 1) {
    throw new AppError("bad_request", "The step must be a whole number of seconds, at least 1");
  }
  return stepsOf(from, to, stepSeconds);
}

function checkRange({ from, to }: SeriesRange): void {
  if (!(from < to && Math.abs(from) <= MOST_TIME && Math.abs(to) <= MOST_TIME)) {
    throw new AppError("bad_request", "The period must end after it starts");
  }
}

function checkSize(series: readonly StoredSeries[], { from, to, count }: Steps, byHour: boolean): void {
  const seriesHours = byHour ? 0 : series.length * ((to - from) / HOUR_MS);
  if (Math.max(1, series.length) * count > MOST_VALUES || seriesHours > MOST_SERIES_HOURS)
    throw tooLarge(series.length);
}

function tooLarge(series: number): AppError {
  return new AppError(
    "too_large",
    `Too much at once for ${series} series: ask for fewer series, a shorter period or longer steps`,
  );
}
