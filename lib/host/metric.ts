// Short ways to declare a host metric; the table in each probe stays one line per number.
import type { MetricDefinition, Unit } from "../probe";
import { REASONS, type Reasons } from "../reasons";

type Metrics = Record<string, MetricDefinition>;

/** A value that is stored as it is. */
export function gauge(unit: Unit, help: string): MetricDefinition {
  return { kind: "gauge", unit, help };
}

/** A cumulative counter of the kernel, itself a series. */
export function counter(unit: Unit, help: string): MetricDefinition {
  return { kind: "counter", unit, help, stored: true };
}

/** Counters with their growth per second as `<name>_per_sec`. */
export function counters(unit: "bytes" | "count", helps: Record<string, string>): Metrics {
  const metrics: Metrics = {};
  for (const [name, help] of Object.entries(helps)) {
    metrics[name] = counter(unit, `${help} since boot`);
    metrics[`${name}_per_sec`] = gauge(unit === "bytes" ? "bytes/s" : "1/s", `${help} per second`);
  }
  return metrics;
}

/** Gives each metric without a place the snapshot place `<prefix><name>`. */
export function placed(prefix: string, metrics: Metrics): Metrics {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [name, { place: `${prefix}${name}`, ...metric }]),
  );
}

/** Why a first sample has no growth: metric name → reason. */
export function firstSampleReasons(names: readonly string[]): Reasons {
  return Object.fromEntries(names.map((name) => [name, REASONS.second_sample]));
}
