// What this process counted of itself, as families.
import { measureProcess, processMetrics } from "../process-metrics";
import type { Exposed, MetricType, Sample } from "./format";
import { MOST_CHANNELS } from "./streams";

const TYPES: ReadonlySet<string> = new Set<MetricType>(["gauge", "counter", "histogram"]);

/** Counters of which labels are channels. */
const OF_CHANNELS: ReadonlySet<string> = new Set(["dozor_queue_operations_total"]);

const LAG = "nodejs_eventloop_lag_";
const LEAST_LAG = `${LAG}min_seconds`;
/** What its histogram calls the least of nothing is 292 years. */
const NO_LAG_SECONDS = 1e9;

/** Families of this process; the event loop's lag once it was measured since it was told last. */
export async function processFamilies(): Promise<Exposed[]> {
  measureProcess();
  const metrics = await processMetrics().registry.getMetricsAsJSON();
  const isIdle = metrics.some(({ name, values }) => name === LEAST_LAG && (values[0]?.value ?? 0) > NO_LAG_SECONDS);
  const measured = metrics.filter(({ name }) => !isIdle || !name.startsWith(LAG));
  return measured.map(({ name, help, type, values }) => ({
    name,
    help,
    type: TYPES.has(String(type)) ? (type as unknown as MetricType) : "gauge",
    ...(OF_CHANNELS.has(name) && { most: MOST_CHANNELS }),
    samples: values.map((value) => sampleOf(name, value)),
  }));
}

interface Value {
  value: number;
  labels: Partial<Record<string, string | number>>;
  metricName?: string;
}

function sampleOf(name: string, { value, labels, metricName }: Value): Sample {
  const told = Object.entries(labels).map(([label, of]) => [label, label === "le" ? bound(of) : String(of)] as const);
  return {
    labels: Object.fromEntries(told),
    value,
    ...(metricName !== undefined && metricName !== name && { suffix: metricName.slice(name.length) }),
  };
}

/** `1.0`: as OpenMetrics wants bounds, so that a series is the same one in both formats. */
function bound(of: string | number | undefined): string {
  return typeof of === "number" && Number.isInteger(of) ? `${of}.0` : String(of);
}
