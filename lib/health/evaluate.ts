// From a value and its thresholds to a status: the one judgement that cards, charts and rules share.
import { type HealthStatus, SYSTEM_METRICS, type SystemMetric, type Thresholds } from "./schema";

/** What is judged: null is "not known". `db_connections` is judged in percent of `db_max_connections`. */
export type SystemValues = Record<SystemMetric, number | null> & { db_max_connections: number | null };

// Unknown ranks above healthy: all is well can be said only of what was seen.
const WORST_FIRST: readonly HealthStatus[] = ["critical", "warning", "unknown", "healthy"];

/** At or above the number counts; what is not known (null, not finite) is `unknown`. */
export function evaluateValue(value: number | null, threshold: { warning: number; critical: number }): HealthStatus {
  if (value === null || !Number.isFinite(value)) return "unknown";
  if (value >= threshold.critical) return "critical";
  return value >= threshold.warning ? "warning" : "healthy";
}

/** The worst of the given statuses; `unknown` for none. */
export function worstOf(statuses: readonly HealthStatus[]): HealthStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? "unknown";
}

/** Status of each system metric, and the worst of them. */
export function evaluateSystem(
  values: SystemValues,
  thresholds: Thresholds,
): { status: Record<SystemMetric, HealthStatus>; overall: HealthStatus } {
  const judge = (metric: SystemMetric) => {
    const value = metric === "db_connections" ? connectionsPercent(values) : values[metric];
    return [metric, evaluateValue(value, thresholds[metric])] as const;
  };
  const status = Object.fromEntries(SYSTEM_METRICS.map(judge)) as Record<SystemMetric, HealthStatus>;
  return { status, overall: worstOf(Object.values(status)) };
}

/** Connections in percent (0..100) of what the server allows; null where either is not known. */
export function connectionsPercent(values: Pick<SystemValues, "db_connections" | "db_max_connections">): number | null {
  const { db_connections: used, db_max_connections: most } = values;
  return used === null || most === null || most <= 0 ? null : (100 * used) / most;
}
