// Any length of history, window by window, ascending: each one read in a statement of its own, so that nothing is held
// open in the database while somebody takes the rows.
import { pool } from "../db";
import { metricCatalog } from "./catalog";
import { deliver, type Samples, type StoredStep } from "./deliver";
import { fetchAtOnce, type Selector, type StoredSeries, storedHours, storedSpan } from "./fetch";
import { HOUR_MS, hourOf } from "./hour";
import { readSeries } from "./read";
import { type RowColumn, type Rows, toRows } from "./rows";

/** What is read: series of one subject over [from, to), in ms since the epoch. */
export interface WindowsQuery {
  subject: number;
  /** What was asked for, and which series that meant when the reading began: later ones are left out. */
  selectors: readonly Selector[];
  series: readonly StoredSeries[];
  from: number;
  to: number;
}

/** What stands for the samples of a step, for each series. */
export type StepAggregate = "avg" | "min" | "max" | "last";

/** Series × hours of one window: a megabyte or two, some ten milliseconds. */
const SERIES_HOURS = 256;
/** Values of one window in steps of hours. */
const VALUES = 100_000;
/** Hours asked for at once which of them hold anything: four weeks. */
const HOURS_LISTED = 672;

/** Rows of every stored sample. */
export async function* rawWindows(query: WindowsQuery): AsyncGenerator<Rows> {
  for await (const [from, to] of filledWindows(query)) yield readRows({ ...query, from, to });
}

/**
 * Rows of steps that hold a value; steps are whole and begin at multiples of their length.
 * @param stepSeconds a whole number that divides an hour, or an hour
 */
export async function* stepWindows(
  query: WindowsQuery,
  { stepSeconds, aggregates }: { stepSeconds: number; aggregates: readonly StepAggregate[] },
): AsyncGenerator<Rows> {
  const windows = stepSeconds < 3_600 ? filledWindows(query) : longWindows(query);
  for await (const [from, to] of windows) yield readSteps({ ...query, from, to }, { stepSeconds, aggregates });
}

type Window = readonly [from: number, to: number];

/** Pieces of the range that hold samples, their borders whole hours but for the outermost. */
async function* filledWindows(query: WindowsQuery): AsyncGenerator<Window> {
  const most = Math.max(1, Math.floor(SERIES_HOURS / query.series.length));
  const [first, end] = await storedSpan(pool(), query.series);
  const [from, to] = [Math.max(query.from, first), Math.min(query.to, end)];
  for (let start = from; start < to; ) {
    const next = Math.min(to, (hourOf(start) + HOURS_LISTED) * HOUR_MS);
    const hours = await storedHours(pool(), { series: query.series, from: Math.floor(start), to: Math.ceil(next) });
    for (const [hour, after] of grouped(
      hours.sort((a, b) => a - b),
      most,
    )) {
      yield [Math.max(from, hour * HOUR_MS), Math.min(to, after * HOUR_MS)];
    }
    start = next;
  }
}

/**
 * Hours, ascending, in groups [first, after the last) that span at most `most` hours of one week: a week is kept in one
 * resolution, and what is coarse must not make its neighbour so.
 */
function grouped(hours: readonly number[], most: number): [first: number, end: number][] {
  const groups: [number, number][] = [];
  for (const hour of hours) {
    const group = groups.at(-1);
    if (group && hour + 1 - group[0] <= most && weekOf(hour) === weekOf(group[0])) group[1] = hour + 1;
    else groups.push([hour, hour + 1]);
  }
  return groups;
}

const weekOf = (hour: number) => Math.floor((hour - 96) / 168);

/** Pieces for steps of an hour, which come as aggregates. */
async function* longWindows(query: WindowsQuery): AsyncGenerator<Window> {
  const length = Math.max(1, Math.floor(VALUES / query.series.length)) * HOUR_MS;
  const [first, end] = await storedSpan(pool(), query.series);
  const [from, to] = [Math.max(query.from, first), Math.min(query.to, end)];
  for (let start = from; start < to; ) {
    const next = Math.min(to, hourOf(start) * HOUR_MS + length);
    yield [start, next];
    start = next;
  }
}

async function readRows({ series, from, to }: WindowsQuery): Promise<Rows> {
  const wanted = { series, from: Math.floor(from), to: Math.ceil(to), byHour: false };
  const fetched = await fetchAtOnce(wanted);
  const pieces = series.map((): Samples[] => []);
  const stored = series.map(({ metric }) => new StepValues(metricCatalog().get(metric)?.kind === "counter"));
  deliver(fetched, series, {
    samples: (index, samples) => void pieces[index]?.push(samples),
    step: (index, step) => stored[index]?.add(step),
  });
  stored.forEach((values, index) => void pieces[index]?.push(values.samples()));
  return toRows(pieces, { from, to, steps: new Map(stored.flatMap(({ steps }) => [...steps])) });
}

/** What is kept of a series in steps: a value at the start of each, the average or, of a cumulative value, the last. */
class StepValues {
  /** Start, ms since the epoch → seconds. */
  readonly steps = new Map<number, number>();
  private readonly values: number[] = [];

  constructor(private readonly isCumulative: boolean) {}

  add({ start, stepSeconds, n, sum, last }: StoredStep): void {
    if (n === 0) return;
    this.steps.set(start, stepSeconds);
    this.values.push(this.isCumulative ? last : sum / n);
  }

  samples(): Samples {
    return { times: Float64Array.from(this.steps.keys()), values: Float64Array.from(this.values) };
  }
}

async function readSteps(
  { subject, selectors, series, from, to }: WindowsQuery,
  { stepSeconds, aggregates }: { stepSeconds: number; aggregates: readonly StepAggregate[] },
): Promise<Rows> {
  const read = await readSeries({ subject, selectors, from, to, stepSeconds });
  const lines = new Map(read.series.map((line) => [keyOf(line), line]));
  const columns = series.map((one, k) => lines.get(keyOf(one))?.[aggregates[k] ?? "avg"] ?? []);
  const filled = read.ts.flatMap((_, at) => (columns.some((values) => typeof values[at] === "number") ? [at] : []));
  return {
    times: Float64Array.from(filled, (at) => (read.ts[at] ?? 0) * 1000),
    steps: read.stepSeconds,
    columns: columns.map((values) => columnAt(values, filled)),
  };
}

const keyOf = ({ metric, labels }: Pick<StoredSeries, "metric" | "labels">) => JSON.stringify([metric, labels]);

function columnAt(values: readonly (number | null)[], at: readonly number[]): RowColumn {
  return {
    values: Float64Array.from(at, (index) => values[index] ?? 0),
    present: Uint8Array.from(at, (index) => (typeof values[index] === "number" ? 1 : 0)),
  };
}
