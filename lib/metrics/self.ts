// What Dozor says about itself: the metrics of subject 1.
import type { MetricDefinition } from "../probe";

/** The series of Dozor's own probe, `self.<name>`. */
export const selfMetrics: Record<string, MetricDefinition> = {
  latency_ms: { kind: "gauge", unit: "ms", help: "Median round trip to Dozor's own database" },
  db_connections: { kind: "gauge", unit: "count", help: "Sessions on Dozor's own database server" },
  db_max_connections: { kind: "gauge", unit: "count", help: "Sessions that Dozor's own database server allows" },
  process_cpu_percent: { kind: "gauge", unit: "percent", help: "CPU time of the collecting process, 100 is one core" },
  process_rss_bytes: { kind: "gauge", unit: "bytes", help: "Memory of the collecting process that is resident" },
  samples_waiting: {
    kind: "gauge",
    unit: "count",
    help: "Samples that Dozor's own database should have by now and that wait for it",
  },
  samples_dropped: {
    kind: "counter",
    unit: "count",
    help: "Samples lost since the start because neither memory nor spool had room for them",
    stored: true,
    rate: { name: "samples_dropped_per_sec", unit: "1/s", help: "Samples lost per second" },
  },
};
