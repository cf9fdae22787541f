// What a chart shows of its data right now, still in values and seconds: lines, layers, extremes, gaps. Pure.
import type { ChartData, Column } from "./chart-data";
import { gaps, type Interval, staleSince } from "./gaps";
import { maxGapSeconds } from "./path";
import { stack } from "./stack";

export interface ChartLine {
  key: string;
  label: string;
  /** A CSS colour, normally a token: `var(--chart-1)`. */
  color: string;
  /** Series of the board's data (see `seriesKey`) that make this line. */
  of: readonly string[];
  /**
   * How several series become one line. `share`: `of` in percent of `of` and `rest`; `remainder`: `of` without `rest`.
   * Default `sum`.
   */
  combine?: "sum" | "max" | "min" | "mean" | "share" | "remainder";
  rest?: readonly string[];
  /** The same of a range before, laid under the line of this key: dashed, and no part of what is missing or stale. */
  earlier?: string;
}

export type ChartKind = "lines" | "stacked";
type Values = readonly (number | null)[];

export interface DrawnLine {
  line: ChartLine;
  /** The line's own values. */
  values: Values;
  /** Where it is drawn: the values, or the top of its layer. */
  top: Values;
  /** Stacked: top of the layer below. */
  floor: Values | null;
  /** Extremes inside the steps, where a step holds several samples. */
  band: { low: Values; high: Values } | null;
  maxGap: number;
}

export interface Picture {
  ts: readonly number[];
  from: number;
  to: number;
  lines: DrawnLine[];
  low: number;
  high: number;
  gaps: Interval[];
  /** Time of the last sample once it is older than three intervals. */
  staleSince: number | null;
  /** Seconds between two values that are shown. */
  resolutionSeconds: number;
  empty: boolean;
}

/** @param hidden keys of lines that the viewer switched off; the others stack without them */
export function picture(
  data: ChartData,
  { lines, kind, hidden }: { lines: readonly ChartLine[]; kind: ChartKind; hidden: ReadonlySet<string> },
): Picture {
  const { ts, from, to, since, stepSeconds } = data;
  const shown = lines.filter(({ key }) => !hidden.has(key)).map((line) => drawn(data, line, kind));
  if (kind === "stacked") {
    const stacked = shown.filter(({ line }) => line.earlier === undefined);
    const layers = stack(stacked.map(({ values }) => values));
    for (const [index, layer] of layers.entries()) Object.assign(stacked[index] ?? {}, layer);
  }
  const own = lines.filter(({ earlier }) => earlier === undefined);
  const interval = intervalOf(data, own);
  const presence = {
    ts,
    from,
    to,
    since,
    series: own.flatMap(({ of }) => of.map((key) => data.columns.get(key)?.avg ?? [])),
    maxGap: maxGapSeconds(interval, stepSeconds),
    staleAfter: 3 * Math.max(interval, stepSeconds),
  };
  return {
    ts,
    from,
    to,
    lines: shown,
    ...extremes(shown),
    gaps: gaps(presence),
    staleSince: staleSince(presence),
    resolutionSeconds: Math.max(interval, stepSeconds),
    empty: ![presence.series, shown.map(({ values }) => values)].flat().some((values) => values.some(isKnown)),
  };
}

/**
 * Value of a line nearest to a time, as far as a sample is valid; without a time the newest.
 * @param of the line's values, or where they are drawn (`line.top`)
 */
export function valueAt(picture: Picture, line: DrawnLine, time: number | null, of = line.values): number | null {
  const { ts, resolutionSeconds } = picture;
  const at = time ?? newestTime(picture);
  const index = nearestKnown(ts, of, at);
  const distance = Math.abs((ts[index] ?? Number.POSITIVE_INFINITY) - at);
  return distance <= resolutionSeconds ? (of[index] ?? null) : null;
}

/** When any line got its newest value: a line that ended before has no newest value any more. */
const newestTime = ({ ts, lines }: Picture): number =>
  Math.max(
    ...lines.map(({ values }) => ts[values.findLastIndex((value) => value !== null)] ?? Number.NEGATIVE_INFINITY),
  );

/** The time of the shown value nearest to a time; null where nothing is shown. */
export function nearestTime({ ts, lines }: Pick<Picture, "ts" | "lines">, time: number): number | null {
  const times = lines.map(({ values }) => ts[nearestKnown(ts, values, time)]).filter((found) => found !== undefined);
  return times.length === 0
    ? null
    : times.reduce((best, at) => (Math.abs(at - time) < Math.abs(best - time) ? at : best));
}

/** Index of the known value nearest to a time, or -1. */
function nearestKnown(ts: readonly number[], values: Values, time: number): number {
  let best = -1;
  let distance = Number.POSITIVE_INFINITY;
  values.forEach((value, index) => {
    const away = Math.abs((ts[index] ?? Number.NaN) - time);
    if (value !== null && away < distance) {
      best = index;
      distance = away;
    }
  });
  return best;
}

function drawn(data: ChartData, line: ChartLine, kind: ChartKind): DrawnLine {
  const columns = line.of.map((key) => data.columns.get(key)).filter((column) => column !== undefined);
  const rest = (line.rest ?? []).map((key) => data.columns.get(key)).filter((column) => column !== undefined);
  const [only] = columns;
  const asItIs = line.combine !== "share" && line.combine !== "remainder";
  const single = columns.length === 1 && asItIs ? only : undefined;
  const values = single?.avg ?? combined(data.ts.length, columns, { ...line, others: rest });
  const interval = Math.max(0, ...columns.map(({ intervalSeconds }) => intervalSeconds));
  const aggregated = data.stepSeconds > interval;
  return {
    line,
    values,
    top: values,
    floor: null,
    band:
      kind === "lines" && single && aggregated && line.earlier === undefined
        ? { low: single.min, high: single.max }
        : null,
    maxGap: maxGapSeconds(interval, data.stepSeconds),
  };
}

function combined(
  length: number,
  columns: readonly Column[],
  { combine = "sum", others }: Pick<ChartLine, "combine"> & { others: readonly Column[] },
): (number | null)[] {
  const at = (list: readonly Column[], index: number) =>
    list.map(({ avg }) => avg[index] ?? null).filter((value) => value !== null);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
  return Array.from({ length }, (_, index) => {
    const known = at(columns, index);
    if (known.length === 0) return null;
    if (combine === "max") return Math.max(...known);
    if (combine === "min") return Math.min(...known);
    if (combine === "mean") return sum(known) / known.length;
    if (combine === "sum") return sum(known);
    if (combine === "remainder") return Math.max(0, sum(known) - sum(at(others, index)));
    const whole = sum(known) + sum(at(others, index));
    return whole > 0 ? (sum(known) / whole) * 100 : null;
  });
}

const isKnown = (value: number | null): boolean => value !== null;

const intervalOf = (data: ChartData, lines: readonly ChartLine[]): number =>
  Math.max(0, ...lines.flatMap(({ of }) => of.map((key) => data.columns.get(key)?.intervalSeconds ?? 0)));

function extremes(lines: readonly DrawnLine[]): { low: number; high: number } {
  let low = 0;
  let high = 0;
  for (const { top, band } of lines)
    for (const values of [top, band?.low ?? [], band?.high ?? []])
      for (const value of values) {
        if (value !== null && value > high) high = value;
        if (value !== null && value < low) low = value;
      }
  return { low, high };
}
