// System metrics and health: their shapes and the thresholds that cards, charts and rules share.
import { z } from "zod";

export const HEALTH_STATUSES = ["healthy", "warning", "critical", "unknown"] as const;
export const healthStatusSchema = z.enum(HEALTH_STATUSES);
export type HealthStatus = z.infer<typeof healthStatusSchema>;

export const SYSTEM_METRICS = ["cpu_percent", "ram_percent", "disk_percent", "latency_ms", "db_connections"] as const;
export type SystemMetric = (typeof SYSTEM_METRICS)[number];

/** At or above the number counts. Connections are in percent of max_connections, the others in the metric's unit. */
export type Thresholds = Record<SystemMetric, { warning: number; critical: number }>;

export const systemMetricsSchema = z.object({
  cpu_percent: z.number().nullable(),
  ram_percent: z.number().nullable(),
  disk_percent: z.number().nullable(),
  latency_ms: z.number().nullable(),
  db_connections: z.int().nullable(),
  db_max_connections: z.int().nullable(),
  timestamp: z.iso.datetime(),
  status: z.record(z.enum(SYSTEM_METRICS), healthStatusSchema),
  overall: healthStatusSchema,
  /** Metric → why it is null. */
  unavailable: z.record(z.string(), z.string()),
});
export type SystemMetrics = z.infer<typeof systemMetricsSchema>;

export const healthSchema = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  version: z.string(),
  uptime_seconds: z.number(),
  timestamp: z.iso.datetime(),
  dependencies: z.array(
    z.object({
      name: z.enum(["database", "collector", "history"]),
      status: z.enum(["healthy", "degraded", "unhealthy"]),
      latency_ms: z.number().nullable(),
      message: z.string(),
    }),
  ),
  pools_count: z.int(),
});
export type Health = z.infer<typeof healthSchema>;
