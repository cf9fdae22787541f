// Which of many are drawn by themselves: the few with most right now. The others are what these leave of the whole.
import { seriesKey } from "../charts/chart-data";
import type { ChartLine } from "../charts/picture";
import { chartColor, compareNames, keysOf, type Series } from "./lines";
import { asNumber, rowsOf } from "./locate";
import type { Probes } from "./newest";

/** A colour for each, and one for the rest. */
const MOST = 7;
/** What a probe tells together where there are too many. */
export const OTHERS = "(others)";
/** Less than that share of the whole is rounding. */
const NOTHING = 1e-3;

/** Values of a label whose rows have most of a metric right now, the first the one with most. */
export function leadingOf(probes: Probes, metric: string, label: string): string[] {
  const [probe = "", name = ""] = metric.split(".");
  return rowsOf(probes[probe]?.data)
    .flatMap(({ labels, values }) => {
      const [of, value] = [labels[label], asNumber(values[name])];
      return of === undefined || of === OTHERS || value === null ? [] : [{ of, value }];
    })
    .sort((a, b) => b.value - a.value || (a.of < b.of ? -1 : 1))
    .slice(0, MOST)
    .map(({ of }) => of);
}

interface Parts {
  metric: string;
  label: string;
  /** Metrics whose series together are the whole. */
  whole: readonly string[];
  /** Name of what is left of the whole, and of the whole where no part of it is drawn. */
  names: { others: string; total: string };
}

/** A line for each value of the label, in the order of their names, and one for the others where there are any. */
export function leadingLines(series: readonly Series[], { metric, label, whole, names }: Parts): ChartLine[] {
  const parts = series
    .filter((one) => one.metric === metric && one.labels[label] !== undefined)
    .map((one) => ({ ...one, key: seriesKey(one.metric, one.labels), name: one.labels[label] ?? "" }))
    .sort((a, b) => compareNames(a.name, b.name));
  const lines = parts.map(({ key, name }, index) => ({ key, label: name, color: chartColor(index + 1), of: [key] }));
  const all = series.filter((one) => whole.includes(one.metric));
  if (!isLeft(all, parts)) return lines;
  const rest = parts.map(({ key }) => key);
  const left: ChartLine = {
    ...{ key: `${metric} others`, label: names.others, color: chartColor(8) },
    of: whole.flatMap((one) => keysOf(series, one)),
    ...{ rest, combine: "remainder" },
  };
  return lines.length === 0 ? [{ ...left, label: names.total, color: chartColor(1) }] : [...lines, left];
}

/** Whether the parts leave anything of the whole at any time. */
function isLeft(whole: readonly Series[], parts: readonly Series[]): boolean {
  const sumAt = (list: readonly Series[], at: number) => list.reduce((sum, { avg }) => sum + (avg[at] ?? 0), 0);
  const times = whole[0]?.avg ?? [];
  return times.some((_, at) => {
    const all = sumAt(whole, at);
    return all - sumAt(parts, at) > NOTHING * all;
  });
}
