// Reading history: the one way to any series, from the last tick to years back.
import { pool } from "../db";
import { AppError } from "../errors";
import { remembered } from "../remembered";
import { type AggregateName, type Bucketed, Buckets } from "./buckets";
import { DAY_HOURS, DAY_MS } from "./day";
import { deliver, type Fetched } from "./deliver";
import { fetchAtOnce, fetchKnown, fetchWith, findSeries, type StoredSeries, type Wanted } from "./fetch";
import { HOUR_MS, hourOf } from "./hour";
import { hourMemory } from "./hour-memory";
import { checkRange, MOST_VALUES, SAMPLES_PER_STATEMENT, type SeriesRange, tooLarge } from "./range";
import { inSnapshot } from "./snapshot";
import { areFilledBy, cutPeriod, type Steps } from "./steps";
import { wholeHours } from "./whole-hours";

export type { Selector } from "./fetch";
export type { SeriesRange } from "./range";
export { readRaw } from "./read-raw";

export interface StepsQuery extends SeriesRange {
  /** Steps at most, 300 by default; not looked at where `stepSeconds` is given. */
  points?: number | undefined;
  /** A whole number from 1. */
  stepSeconds?: number | undefined;
  /** ms since the epoch: steps begin at this time plus multiples of their length; from an hour on, at its whole hour. */
  anchor?: number | undefined;
  /** Which values are wanted; the lists of the others stay empty. All by default. */
  aggregates?: readonly AggregateName[] | undefined;
}

export interface ReadResult {
  /** The length that was asked for, or the next longer one that what is stored can fill. */
  stepSeconds: number;
  /** Start of each step, seconds since the epoch. */
  ts: number[];
  /** One entry per series found; null in a step without a finite value. */
  series: ({ metric: string; labels: Record<string, string> } & Bucketed)[];
}

const DEFAULT_POINTS = 300;
/** Series × hours decoded for one answer: at a sample each 5 s about 10 million samples, some seconds of work. */
const MOST_SERIES_HOURS = 15_000;
const AGGREGATES_PER_STATEMENT = 65_536;
/** Of days so many times fewer: at worst six times as many aggregates come by the hour. */
const DAYS_APART = 4;
/** Series in one remembered list. */
const MOST_REMEMBERED = 64;

/** Questions that are being answered, so that many who ask the same at once cost as much as one. */
const asked = new Map<string, Promise<Answer>>();

/**
 * Average, minimum, maximum and last value per step. Steps are aligned to multiples of their length (or to `anchor`) and
 * given whole, so the same step says the same whatever was asked. NaN and infinities are stored, but count as no value
 * here.
 * @throws AppError bad_request for an empty range or bad step, too_large when the answer would be
 */
export async function readSeries(query: StepsQuery): Promise<ReadResult> {
  const { from, to, stepSeconds } = chosenSteps(query, 1);
  const { subject, selectors, points, anchor, aggregates } = query;
  const key = JSON.stringify([subject, selectors, from, to, stepSeconds, points, anchor]);
  const underWay = asked.get(key) ?? answer(query).finally(() => asked.delete(key));
  asked.set(key, underWay);
  return toResult(await underWay, aggregates);
}

interface Answer {
  series: readonly StoredSeries[];
  steps: Steps;
  buckets: readonly Buckets[];
}

/** Where it turns out that a part is stored more coarsely, begins again in longer steps. */
async function answer(query: StepsQuery): Promise<Answer> {
  const series = await seriesOf(query);
  for (let stored = 1; ; ) {
    const steps = chosenSteps(query, stored);
    const { coarsest, buckets } = await fillSteps(series, steps);
    if (areFilledBy(steps, coarsest)) return { series, steps, buckets };
    stored = coarsest;
  }
}

/** A series keeps its place; of new ones we hear. More than a page shows are not worth their memory. */
async function seriesOf({ subject, selectors }: StepsQuery): Promise<StoredSeries[]> {
  let found: StoredSeries[] | undefined;
  const lists = remembered<StoredSeries[]>("series", { channel: "dozor_series", maxAgeMs: 60_000, most: 500 });
  const known = await lists.get(JSON.stringify([subject, selectors]), async () => {
    found = await findSeries(pool(), subject, selectors);
    return found.length > 0 && found.length <= MOST_REMEMBERED ? { value: found, about: String(subject) } : null;
  });
  // Whoever waited for another one's question hears nothing of a list that is not remembered.
  return known ?? found ?? findSeries(pool(), subject, selectors);
}

function toResult({ series, steps, buckets }: Answer, aggregates: StepsQuery["aggregates"]): ReadResult {
  const { stepSeconds, from, count } = steps;
  const ts: number[] = [];
  for (let i = 0; i < count; i++) ts.push(from / 1000 + i * stepSeconds);
  const of = (i: number) => (buckets[i] ?? new Buckets(steps)).result(aggregates);
  return { stepSeconds, ts, series: series.map(({ metric, labels }, i) => ({ metric, labels, ...of(i) })) };
}

interface Filled {
  /** Seconds of the coarsest resolution met, at least 1; where it does not fill the steps, reading ended there. */
  coarsest: number;
  buckets: Buckets[];
}

/** All in one snapshot. */
function fillSteps(series: readonly StoredSeries[], steps: Steps): Promise<Filled> {
  const byHour = steps.stepSeconds % 3_600 === 0;
  const byDay = isOfDays(steps);
  checkSize(series, steps, byHour);
  const pieces = chunksOf(steps, series, { byHour, byDay }).map(([from, to]) => ({ series, from, to, byHour, byDay }));
  const memory = { hours: hourMemory(), whole: wholeHours() };
  const known = pieces.map((wanted) => fetchKnown(wanted, memory));
  if (known.every((one) => one !== null)) return fill(steps, known, { series, fetch: (one) => one });
  if (pieces.length <= 1) return fill(steps, pieces, { series, fetch: (wanted) => fetchAtOnce(wanted, memory) });
  return inSnapshot((db) => {
    const marked = { ...memory, mark: memory.whole.mark() };
    return fill(steps, pieces, { series, fetch: (wanted) => fetchWith(db, wanted, marked) });
  });
}

async function fill<Piece>(
  steps: Steps,
  pieces: readonly Piece[],
  { series, fetch }: { series: readonly StoredSeries[]; fetch: (piece: Piece) => Promise<Fetched> | Fetched },
): Promise<Filled> {
  const buckets = series.map(() => new Buckets(steps));
  let coarsest = 1;
  for (const piece of pieces) {
    const fetched = await fetch(piece);
    for (const { step } of fetched.rows) coarsest = Math.max(coarsest, step);
    for (const { stepSeconds } of fetched.sealed) coarsest = Math.max(coarsest, stepSeconds);
    if (!areFilledBy(steps, coarsest)) break;
    deliver(fetched, series, {
      samples: (index, samples) => buckets[index]?.addSamples(samples),
      step: (index, step) => buckets[index]?.addAggregate(step.start, step),
    });
  }
  return { coarsest, buckets };
}

type Range = readonly [from: number, to: number];
type Coarseness = Pick<Wanted, "byHour" | "byDay">;

/** Whether steps hold whole days (UTC). */
const isOfDays = ({ stepSeconds, from }: Steps): boolean => (stepSeconds * 1000) % DAY_MS === 0 && from % DAY_MS === 0;

/** The steps' range in pieces that end at whole hours, so that none is fetched twice. */
function chunksOf({ from, to }: Steps, series: readonly StoredSeries[], { byHour, byDay }: Coarseness): Range[] {
  if (series.length === 0) return [];
  const perStatement = byHour ? AGGREGATES_PER_STATEMENT : SAMPLES_PER_STATEMENT;
  const unit = byDay ? DAY_HOURS : 1;
  // Days that were not rolled up come by the hour: fewer of them than fit otherwise.
  const units = Math.max(1, Math.floor(perStatement / (byDay ? DAYS_APART : 1) / series.length));
  const chunks: Range[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, (hourOf(start) + units * unit) * HOUR_MS);
    chunks.push([start, end]);
    start = end;
  }
  return chunks;
}

function chosenSteps(query: StepsQuery, stored: number): Steps {
  checkRange(query);
  const { points = DEFAULT_POINTS, stepSeconds, anchor } = query;
  if (stepSeconds !== undefined && !(Number.isSafeInteger(stepSeconds) && stepSeconds >= 1)) {
    throw new AppError("bad_request", "The step must be a whole number of seconds, at least 1");
  }
  return cutPeriod(query, { points, stepSeconds, anchor, stored });
}

function checkSize(series: readonly StoredSeries[], { from, to, count }: Steps, byHour: boolean): void {
  const seriesHours = byHour ? 0 : series.length * ((to - from) / HOUR_MS);
  if (Math.max(1, series.length) * count > MOST_VALUES || seriesHours > MOST_SERIES_HOURS)
    throw tooLarge(series.length);
}
