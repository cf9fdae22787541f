// The range before, laid under the shown one: its series stand beside the others, at the times of the shown range. Pure.
import type { QueryResult } from "@/lib/metrics/schema";
import type { ChartKind, ChartLine } from "./picture";

/** Set before the metric of a series of the range before; no metric is called so. */
const BEFORE = "before:";

/** Metric, or key of a series, of the range before. */
export const metricBefore = (metric: string): string => `${BEFORE}${metric}`;

/** The key of the same series in the shown range; null for a series of the shown range itself. */
export const keyAfter = (key: string): string | null => (key.startsWith(BEFORE) ? key.slice(BEFORE.length) : null);

/**
 * One answer of two.
 * @param before the range before, in the same steps
 * @param shiftSeconds from a step of `before` to the one it is laid under: a whole number of steps
 */
export function layBefore(now: QueryResult, before: QueryResult, shiftSeconds: number): QueryResult {
  const places = new Map(before.ts.map((time, index) => [time + shiftSeconds, index]));
  const moved = (values: readonly (number | null)[]) =>
    values.length === 0 ? [] : now.ts.map((time) => values[places.get(time) ?? -1] ?? null);
  const under = before.series.map(({ metric, avg, min, max, ...one }) => ({
    ...one,
    ...{ metric: metricBefore(metric), avg: moved(avg), min: moved(min), max: moved(max) },
  }));
  return { ...now, series: [...now.series, ...under] };
}

/** Key of the sum of a stacked chart's layers, in its tooltip as well. */
export const TOTAL = "total";
/** More dashed lines than that hide what they are laid under: then the leading one stands for all. */
const MOST_BEFORE = 3;

/** A chart's lines and those of the range before: of stacked layers their sum, of many lines the first. @param label of the range before */
export function withEarlier(lines: readonly ChartLine[], kind: ChartKind, label: string): ChartLine[] {
  if (lines.length === 0) return [];
  const under = kind === "stacked" ? [sumOf(lines)] : lines.length > MOST_BEFORE ? lines.slice(0, 1) : lines;
  return [
    ...lines,
    ...under.map((line) => ({
      ...line,
      key: metricBefore(line.key),
      label: kind === "stacked" ? label : `${line.label} · ${label}`,
      color: under.length === 1 ? "var(--chart-prev)" : line.color,
      of: line.of.map(metricBefore),
      ...(line.rest && { rest: line.rest.map(metricBefore) }),
      earlier: line.key,
    })),
  ];
}

/** What is left of a whole and the parts taken from it are the whole; parts that are no layers are missing in their sum, too. */
function sumOf(lines: readonly ChartLine[]): ChartLine {
  const whole = lines.find(({ combine }) => combine === "remainder");
  const taken = whole?.rest ?? [];
  const all = lines.flatMap((line) => line.of);
  const of = all.filter((key) => !taken.includes(key));
  const rest = taken.filter((key) => !all.includes(key));
  return { key: TOTAL, label: "", color: "", of, ...(rest.length > 0 && { rest, combine: "remainder" }) };
}
