// Chooses the lines of a chart from the series that were found. Pure.
import type { Thresholds } from "@/lib/health/schema";
import type { QueryResult } from "@/lib/metrics/schema";
import { seriesKey } from "../charts/chart-data";
import { metricBefore } from "../charts/earlier";
import type { ChartLine } from "../charts/picture";
import { chartColor } from "../server/lines";
import { type ChosenChart, MOST_INSTANCES } from "./address";

type Series = QueryResult["series"][number];

export interface ChosenLines {
  /** Those of the shown range, then those of the one before. */
  lines: ChartLine[];
  /** Series that have values, but no line: there are too many. */
  left: number;
}

/** Lines of a chart: the highest few instances, named in order. @param before name of the range laid under; null without one */
export function linesOf(chart: ChosenChart, series: readonly Series[], before: string | null): ChosenLines {
  const found = series
    .filter((one) => isOf(chart, one))
    .map((one) => ({ ...one, highest: Math.max(highest(one), highest(seriesBefore(series, one))) }))
    .filter((one) => chart.instances.length > 0 || one.highest > Number.NEGATIVE_INFINITY);
  const lines = found
    .toSorted((a, b) => b.highest - a.highest)
    .slice(0, MOST_INSTANCES)
    .sort((a, b) => a.instance.localeCompare(b.instance, "en", { numeric: true }))
    .map(({ metric, labels, instance }, index): ChartLine => {
      const key = seriesKey(metric, labels);
      return { key, label: instance || chart.server, color: chartColor(index + 1), of: [key] };
    });
  const under = before === null ? [] : lines.map((line) => lineBefore(line, before));
  return { lines: [...lines, ...under], left: found.length - lines.length };
}

/** Whether a series belongs to the chart. */
export function isOf({ metric, instances }: ChosenChart, series: Pick<Series, "metric" | "labels">): boolean {
  if (series.metric !== metric) return false;
  const has = (labels: ChosenChart["instances"][number]) =>
    Object.entries(labels).every(([name, value]) => series.labels[name] === value);
  return instances.length === 0 || instances.some(has);
}

const lineBefore = ({ key, label, color, of }: ChartLine, before: string): ChartLine => ({
  key: metricBefore(key),
  label: `${label} · ${before}`,
  color,
  of: of.map(metricBefore),
  earlier: key,
});

const seriesBefore = (series: readonly Series[], { metric, labels }: Series): Series | undefined => {
  const key = seriesKey(metricBefore(metric), labels);
  return series.find((one) => seriesKey(one.metric, one.labels) === key);
};

const highest = (series: Series | undefined): number =>
  Math.max(Number.NEGATIVE_INFINITY, ...(series?.avg ?? []).filter((value) => value !== null));

const THRESHOLD_OF: Readonly<Record<string, keyof Thresholds>> = {
  "cpu.usage_percent": "cpu_percent",
  "memory.usage_percent": "ram_percent",
  "disk.usage_percent": "disk_percent",
  "disk.read_latency_ms": "latency_ms",
  "disk.write_latency_ms": "latency_ms",
  "activity.connections_percent": "db_connections",
};

/** The thresholds of a metric, where it has some. */
export function marksOf(metric: string, thresholds: Thresholds): Thresholds[keyof Thresholds] | null {
  const name = Object.hasOwn(THRESHOLD_OF, metric) ? THRESHOLD_OF[metric] : undefined;
  return name ? thresholds[name] : null;
}
