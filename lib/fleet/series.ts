// What is told of a series beside its values: unit, interval, and how its labels read.

import { AppError } from "../errors";
import { metricCatalog } from "../metrics/catalog";
import type { Selector } from "../metrics/read";
import type { IntervalSetting } from "../probe";
import { ownIntervals } from "../settings/overrides";
import { settings } from "../settings/queries";
import type { Subject } from "./queries";
import { parseSelectors } from "./selector";

export interface SeriesFacts {
  metric: string;
  labels: Record<string, string>;
  /** The labels' values joined by `, `; empty for a series without labels. */
  instance: string;
  unit: string;
  /** Seconds between two samples as the probe is scheduled now. */
  interval_s: number;
}

/** Label values in the order of `names`; the oid tells apart databases that had the same name. */
export function instanceOf(names: readonly string[], labels: Record<string, string>): string {
  const values = names.map((name) => labels[name]);
  return [...values, labels.oid].filter((value) => value !== undefined).join(", ");
}

/** Seconds by the setting that drives them. */
export type Intervals = Readonly<Record<IntervalSetting, number>>;

/** The settings as they hold for one server: its own win. */
export async function intervalsOf({ intervals }: Pick<Subject, "intervals">): Promise<Intervals> {
  const own = Object.entries(ownIntervals(intervals)).filter((entry) => entry[1] !== null);
  return { ...(await settings()), ...Object.fromEntries(own) };
}

/** @throws Error for a metric that the catalog does not hold: a series of it cannot have been asked for */
export function describeSeries(
  { metric, labels }: { metric: string; labels: Record<string, string> },
  intervals: Intervals,
): SeriesFacts {
  const entry = metricCatalog().get(metric);
  if (!entry) throw new Error(`A series was read that the catalog does not hold: ${metric}`);
  return {
    metric,
    labels,
    instance: instanceOf(entry.labels, labels),
    unit: entry.unit,
    interval_s: intervals[entry.interval] * entry.every,
  };
}

/**
 * Selectors of metrics that exist.
 * @param metrics parted by commas or as a list: `cpu.user`, `databases.commits_per_sec{database="shop"}`
 * @throws AppError invalid, with the place in the list of what is unknown or cannot be read
 */
export function knownSelectors(metrics: string | readonly string[]): Selector[] {
  const selectors = parseSelectors(typeof metrics === "string" ? metrics : metrics.join(","));
  const unknown = selectors.findIndex(({ metric }) => !metricCatalog().has(metric));
  if (unknown < 0) return selectors;
  const message = `Metric ${unknown + 1} of the list does not exist`;
  throw new AppError("invalid", message, { fields: [{ path: "metrics", message }] });
}

/** Passes errors on; the store's own limit is said of the parameter that can be changed. */
export const refuseTooMuch =
  (path: string) =>
  (error: unknown): never => {
    if (!(error instanceof AppError && error.code === "too_large")) throw error;
    throw new AppError("invalid", error.message, { fields: [{ path, message: error.message }] });
  };
