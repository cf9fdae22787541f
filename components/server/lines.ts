// Chooses lines from the series that a query found: fixed ones, or one per label value with the rest summed up.
import { seriesKey } from "@/components/charts/chart-data";
import type { ChartLine } from "@/components/charts/picture";
import type { Threshold } from "@/components/charts/plot-frame";
import type { QueryResult } from "@/lib/metrics/schema";
import { type Probes, unavailableReason } from "./newest";

export type Series = Pick<QueryResult["series"][number], "metric" | "labels" | "avg">;

/** Keys of every series of a metric, in the answer's order; with labels only those that carry them. */
export function keysOf(series: readonly Series[], metric: string, labels: Record<string, string> = {}): string[] {
  return series
    .filter(
      (one) => one.metric === metric && Object.entries(labels).every(([name, value]) => one.labels[name] === value),
    )
    .map((one) => seriesKey(one.metric, one.labels));
}

/**
 * Why nothing of a metric can be drawn. What has values is drawn, also while the newest sample lacks it: a first one, or one
 * that was too dear.
 * @param place where the reason stands in the newest sample, if not under the metric's name
 */
export function reasonWithout(
  series: readonly Series[],
  latest: Probes,
  metric: string,
  place?: string,
): string | undefined {
  const [probe = "", name = ""] = metric.split(".");
  const isDrawn = series.some((one) => one.metric === metric && one.avg.some((value) => value !== null));
  return isDrawn ? undefined : unavailableReason(latest, probe, place ?? name);
}

export const chartColor = (position: number): string => `var(--chart-${Math.min(8, position)})`;

/** A colour for each and one for the rest; more lines than that nobody can tell apart. */
const MOST = 7;

/** One line per value of a label: the largest by their newest value (seven, or `most`), in the order of their names, then the others as one. */
export function linesBy(
  series: readonly Series[],
  metric: string,
  { label, others, most = MOST }: { label: string; others: string; most?: number },
) {
  const found = series
    .filter((one) => one.metric === metric && one.labels[label] !== undefined)
    .map((one) => ({ key: seriesKey(one.metric, one.labels), name: one.labels[label] ?? "", newest: newest(one) }))
    .sort((a, b) => b.newest - a.newest);
  const shown = found.slice(0, most).sort((a, b) => compareNames(a.name, b.name));
  const rest = found.slice(most);
  const lines: ChartLine[] = shown.map(({ key, name }, index) => ({
    key,
    label: name,
    color: chartColor(index + 1),
    of: [key],
  }));
  if (rest.length > 0)
    lines.push({ key: `${metric} others`, label: others, color: chartColor(8), of: rest.map(({ key }) => key) });
  return lines;
}

interface OfEach extends Pick<ChartLine, "combine"> {
  label: string;
  others: string;
  most?: number;
}

/**
 * Lines of several metrics for each value of a label: of those with the largest newest values (three, or `most`), then
 * of the others together. Where there is one value only, its name is left out.
 */
export function linesOfEach(
  series: readonly Series[],
  metrics: readonly { metric: string; name: string }[],
  { label, others, most = 3, combine }: OfEach,
): ChartLine[] {
  const values = [...new Set(metrics.flatMap(({ metric }) => labelValues(series, metric, label)))];
  const weight = (value: string) =>
    Math.max(...series.filter(({ labels }) => labels[label] === value).map(newest), Number.NEGATIVE_INFINITY);
  const ranked = values.toSorted((a, b) => weight(b) - weight(a) || compareNames(a, b));
  const groups = [
    ...ranked
      .slice(0, most)
      .sort(compareNames)
      .map((value) => ({ name: value, of: [value] })),
    { name: others, of: ranked.slice(most) },
  ];
  const lines = groups.flatMap((group) =>
    metrics.map(({ metric, name }) => ({
      key: `${metric} ${group.name}`,
      label: values.length === 1 ? name : `${group.name} ${name}`,
      of: group.of.flatMap((value) => keysOf(series, metric, { [label]: value })),
      ...(combine !== undefined && { combine }),
    })),
  );
  return lines.filter(({ of }) => of.length > 0).map((line, index) => ({ ...line, color: chartColor(index + 1) }));
}

const newest = ({ avg }: Series): number => avg.findLast((value) => value !== null) ?? Number.NEGATIVE_INFINITY;
export const compareNames = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** Values of a label that a metric's series carry, numbers in the order of their size. */
export const labelValues = (series: readonly Series[], metric: string, label: string): string[] =>
  [...new Set(series.flatMap((one) => (one.metric === metric ? (one.labels[label] ?? []) : [])))].sort(compareNames);

interface SummedLine extends Pick<ChartLine, "key" | "label" | "combine"> {
  /** Position in the fixed order of the chart colours, from 1. */
  color: number;
  metrics: readonly string[];
}

/** A line of all series of some metrics. */
export function lineOf(series: readonly Series[], { color, metrics, ...line }: SummedLine): ChartLine {
  return { ...line, color: chartColor(color), of: metrics.flatMap((metric) => keysOf(series, metric)) };
}

/** Lines without any series are left out: a chart of nothing says why instead. */
export const known = (...lines: ChartLine[]): ChartLine[] => lines.filter(({ of }) => of.length > 0);

export interface Marks {
  warning: number;
  critical: number;
}

/** The names of the thresholds, with the value as it is to be shown. */
type Words = (key: "warningAt" | "criticalAt", values: { value: string }) => string;

/** The dashed lines of a pair of thresholds. @param of what 100 % is, where the marks are percent of something counted */
export function thresholdLines(t: Words, { warning, critical }: Marks, of?: number): Threshold[] {
  const text = (value: number) => (of === undefined ? String(value) : `${value}%`);
  const at = (value: number) => (of === undefined ? value : (value * of) / 100);
  return [
    { at: at(warning), tone: "warn", label: t("warningAt", { value: text(warning) }) },
    { at: at(critical), tone: "crit", label: t("criticalAt", { value: text(critical) }) },
  ];
}
