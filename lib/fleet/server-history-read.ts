// Series of one server read into the rows of older clients: one pass over what is stored, in one snapshot.
import type { Sink, StoredStep } from "../metrics/deliver";
import {
  fetchSamples,
  findSeries,
  type Queryable,
  type Selector,
  type StoredSeries,
  storedSpan,
} from "../metrics/fetch";
import { HOUR_MS, hourOf } from "../metrics/hour";
import { SAMPLES_PER_STATEMENT } from "../metrics/range";
import { inSnapshot } from "../metrics/snapshot";
import { eachSample } from "../metrics/summary";
import { Growth, Points } from "./server-history-points";
import { isByHour, type Range, type Step, stepOf } from "./server-history-range";

export const CONNECTIONS = "databases.connections";
export const COMMITS = "databases.commits_per_sec";
export const SIZE = "sizes.size_bytes";

/** What is read, and how often it is sampled now. */
interface Wanted {
  subject: number;
  /** All databases where none is named. */
  labels?: Record<string, string>;
  range: Range;
  intervalMs: number;
  sizeIntervalMs: number;
}

/** One database. Those that had a name before another one carry their oid. */
export interface DatabaseLine {
  database: string;
  oid: string | undefined;
  connections: Points;
  /** Begins before the range, so that its first rows have a size. */
  sizes: Points | undefined;
}

export interface Lines {
  step: Step;
  databases: DatabaseLine[];
  /** Only where it is asked for. */
  growth: Growth;
}

/** More than this is not taken apart sample by sample for the commits of one database: fifteen days. */
const FINE_GROWTH_MS = 15 * 24 * HOUR_MS;
/** A reading before the range tells how long the first one in it is. */
const READING_BEFORE_MS = 600_000;
/** A size that was measured longer ago than so many measurements is not told any more. */
const CARRIED_SIZES = 2;

export const longestCarry = ({ sizeIntervalMs }: Pick<Wanted, "sizeIntervalMs">): number =>
  CARRIED_SIZES * sizeIntervalMs;

/** Connections and sizes of the databases of a server. */
export function readDatabases(wanted: Wanted): Promise<Lines> {
  return inSnapshot(async (db) => readLines(db, wanted));
}

/** The same of one database, and its commits. */
export function readDatabase(wanted: Wanted & { labels: Record<string, string> }): Promise<Lines> {
  const { labels, subject, range } = wanted;
  return inSnapshot(async (db) => {
    const lines = await readLines(db, wanted);
    const read = { subject, from: range.from - READING_BEFORE_MS, to: range.to };
    const isFine = range.to - range.from <= FINE_GROWTH_MS;
    await fetchSeries(db, { ...read, selectors: [{ metric: CONNECTIONS, labels }], isByHour: !isFine }, () => ({
      samples: (samples) => lines.growth.addReadings(samples),
      step: () => {},
    }));
    await fetchSeries(db, { ...read, selectors: [{ metric: COMMITS, labels }], isByHour: !isFine }, () => ({
      samples: (samples) => lines.growth.addRates(samples),
      step: (step) => lines.growth.addRateStep(step),
    }));
    return lines;
  });
}

async function readLines(
  db: Queryable,
  { subject, labels, range, intervalMs, sizeIntervalMs }: Wanted,
): Promise<Lines> {
  const only = (metric: string): Selector[] => [labels ? { metric, labels } : { metric }];
  const series = await findSeries(db, subject, only(CONNECTIONS));
  const [first, end] = series.length > 0 ? await storedSpan(db, series) : [0, 0];
  const stored = { from: Math.max(range.from, first), to: Math.min(range.to, end) };
  const step = stepOf(range, { databases: series.length, stored, intervalMs });
  const lines = new Map<string, DatabaseLine>();
  const lineOf = ({ labels: { database = "", oid } }: StoredSeries): DatabaseLine => {
    const key = JSON.stringify([database, oid]);
    const line = lines.get(key) ?? { database, oid, connections: new Points(range, step), sizes: undefined };
    lines.set(key, line);
    return line;
  };
  const sinkOf = (points: Points): SeriesSink => ({
    samples: (samples) => points.addSamples(samples),
    step: (one) => points.addStep(one),
  });
  await fetchSeries(db, { subject, selectors: only(CONNECTIONS), ...stored, isByHour: isByHour(step) }, (one) =>
    sinkOf(lineOf(one).connections),
  );
  const before = { from: range.from - longestCarry({ sizeIntervalMs }), to: range.to };
  await fetchSeries(
    db,
    {
      subject,
      selectors: only(SIZE),
      from: Math.max(before.from, first - HOUR_MS),
      to: stored.to,
      isByHour: isByHour(step),
    },
    (one) => {
      const line = lineOf(one);
      line.sizes ??= new Points(before, step);
      return sinkOf(line.sizes);
    },
  );
  return { step, databases: [...lines.values()], growth: new Growth(intervalMs) };
}

interface SeriesSink {
  samples(samples: Parameters<Sink["samples"]>[1]): void;
  step(step: StoredStep): void;
}

interface Fetching extends Range {
  subject: number;
  selectors: readonly Selector[];
  isByHour: boolean;
}

async function fetchSeries(
  db: Queryable,
  { subject, selectors, from, to, isByHour: byHour }: Fetching,
  sinkFor: (series: StoredSeries) => SeriesSink,
): Promise<void> {
  const series = await findSeries(db, subject, selectors);
  if (series.length === 0 || from >= to) return;
  const sinks = series.map(sinkFor);
  const sink: Sink = {
    samples: (index, samples) => sinks[index]?.samples(samples),
    step: (index, step) => sinks[index]?.step(step),
  };
  if (byHour) return eachSample(db, { subject, selectors, series, from, to }, sink);
  const hours = Math.max(1, Math.floor(SAMPLES_PER_STATEMENT / series.length));
  for (let start = Math.floor(from); start < to; ) {
    const next = Math.min(Math.ceil(to), (hourOf(start) + hours) * HOUR_MS);
    await fetchSamples(db, { series, from: start, to: next, byHour: false }, sink);
    start = next;
  }
}
