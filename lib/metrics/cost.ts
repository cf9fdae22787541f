// What watching a server costs, as series of that server: measured by the collector, minute by minute.
import type { MetricDefinition } from "../probe";

export const COST_PROBE = "cost";
export const COST_LABELS = ["probe"] as const;

/** By name; those of `probe` are told for each probe of the server. */
export const costMetrics = {
  queries_per_min: { kind: "gauge", unit: "count", help: "Statements that Dozor sent to the server within a minute" },
  ms_per_min: {
    kind: "gauge",
    unit: "ms",
    help: "Time that Dozor waited for answers of the server within a minute, the way over the network included",
  },
  connections: { kind: "gauge", unit: "count", help: "Connections that Dozor keeps open to the server" },
  sessions_opened: {
    kind: "gauge",
    unit: "count",
    help: "Sessions that Dozor opened on the server since the value before",
  },
  duration_ms: { kind: "gauge", unit: "ms", help: "Mean time that one run of a probe took" },
  failures: { kind: "gauge", unit: "count", help: "Runs of a probe that failed within a minute" },
} as const satisfies Record<string, MetricDefinition>;
