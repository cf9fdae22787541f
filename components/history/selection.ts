// What is ticked in the picker: metrics, and of some of them single instances. Pure.
import type { MetricChoice } from "@/lib/fleet/schema";
import { type ChosenChart, chartText, type Labels, labelsText, MOST_CHARTS, MOST_INSTANCES } from "./address";

/** Metric → its ticked instances; none of them: all. */
export type Selection = ReadonlyMap<string, readonly Labels[]>;

export function toggleMetric(selection: Selection, metric: string): Selection {
  const next = new Map(selection);
  if (!next.delete(metric)) next.set(metric, []);
  return next;
}

/** Ticks an instance or takes the tick away; more than there are colours cannot be ticked. */
export function toggleInstance(chosen: readonly Labels[], labels: Labels): readonly Labels[] {
  const text = labelsText(labels);
  const rest = chosen.filter((one) => labelsText(one) !== text);
  if (rest.length < chosen.length) return rest;
  return chosen.length < MOST_INSTANCES ? [...chosen, labels] : chosen;
}

export const isChosen = (chosen: readonly Labels[], labels: Labels): boolean =>
  chosen.some((one) => labelsText(one) === labelsText(labels));

/** An instance in words: `shop`, `sda, /var`. */
export const instanceName = (labels: Labels): string => Object.values(labels).join(", ");

/** Metrics in whose name, explanation, unit or instances every word of the search stands. */
export function searched(metrics: readonly MetricChoice[], search: string): MetricChoice[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return metrics.filter(({ metric, help, unit, instances }) => {
    const where = [metric, help, unit, ...instances.map(instanceName)].join(" ").toLowerCase();
    return words.every((word) => where.includes(word));
  });
}

/** The charts with the selection behind them, each once, as many as a page may show. */
export function withSelection(
  charts: readonly ChosenChart[],
  server: string,
  selection: Selection,
): readonly ChosenChart[] {
  const added = [...selection].map(([metric, instances]): ChosenChart => ({ server, metric, instances }));
  return [...new Map([...charts, ...added].map((chart) => [chartText(chart), chart])).values()].slice(0, MOST_CHARTS);
}

/** The chart at `index` moved by so many places; past the ends it stays. */
export function moved(charts: readonly ChosenChart[], index: number, by: number): readonly ChosenChart[] {
  const chart = charts[index];
  const target = index + by;
  if (!chart || target < 0 || target >= charts.length) return charts;
  const rest = charts.filter((_, at) => at !== index);
  return [...rest.slice(0, target), chart, ...rest.slice(target)];
}
