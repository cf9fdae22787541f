// How counters of PostgreSQL's statistics are declared: the total as it is asked, and its growth per second as series.
import type { MetricDefinition, Unit } from "../probe";

const TOTALS: Partial<Record<Unit, Unit>> = { "bytes/s": "bytes", "ms/s": "ms" };

/** A counter whose growth is the series `<name>_per_sec`; `unit` is the growth's. */
export function growing(name: string, help: string, unit: Unit = "1/s"): MetricDefinition {
  return {
    kind: "counter",
    unit: TOTALS[unit] ?? "count",
    help,
    rate: { name: `${name}_per_sec`, unit, help: unit === "1/s" ? `${help} per second` : help },
  };
}

/** Several of them, by name. */
export function growingAll(helps: Readonly<Record<string, string>>, unit?: Unit): Record<string, MetricDefinition> {
  return Object.fromEntries(Object.entries(helps).map(([name, help]) => [name, growing(name, help, unit)]));
}
