// What a server looks like to people and API clients.
import { z } from "zod";
import { AGGREGATES, type AggregateName } from "../metrics/buckets";
import { seriesFields } from "../metrics/schema";
import { parseTime } from "../time";

export const SERVER_STATUSES = ["down", "degraded", "unknown", "paused", "up"] as const;
export const serverStatusSchema = z.enum(SERVER_STATUSES);
/** Worst first, the order of every list. */
export type ServerStatus = z.infer<typeof serverStatusSchema>;

/** How the machine beside PostgreSQL is reached over SSH, in the shape of a server's status. */
export const sshStatusSchema = z.object({
  status: z.enum(["up", "down", "unknown", "paused"]),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  checked_at: z.iso.datetime().nullable(),
  last_success_at: z.iso.datetime().nullable(),
});
export type SshStatus = z.infer<typeof sshStatusSchema>;

/** One server of the list, as last collected. Sizes in bytes; `null` is "not known", never 0. */
export const serverSummarySchema = z.object({
  id: z.int(),
  name: z.string(),
  host: z.string().nullable(),
  port: z.int().nullable(),
  user: z.string().nullable(),
  database: z.string().nullable(),
  sslmode: z.string().nullable(),
  ssh_host: z.string().nullable(),
  ssh_user: z.string().nullable(),
  ssh_port: z.int().nullable(),
  ssh_auth_type: z.string().nullable(),
  ssh_key_id: z.int().nullable(),
  has_password: z.boolean(),
  has_ssh_password: z.boolean(),
  has_ssh_key_passphrase: z.boolean(),
  /** `local`, `ssh` or null: how the machine is read. */
  host_kind: z.string().nullable(),
  has_postgres: z.boolean(),
  enabled: z.boolean(),
  labels: z.record(z.string(), z.string()),
  /** Seconds that override the settings of these names. */
  intervals: z.record(z.string(), z.number()),
  version: z.string().nullable(),
  /** Sessions by state: active, idle, idle in transaction, …; empty when not known. */
  connections: z.record(z.string(), z.int()),
  max_connections: z.int().nullable(),
  transactions_per_sec: z.number().nullable(),
  in_recovery: z.boolean().nullable(),
  /** As older clients read it, with two decimals; `uptime_seconds` is whole. Of a server without PostgreSQL its machine's. */
  uptime_hours: z.number().nullable(),
  uptime_seconds: z.int().nullable(),
  free_space: z.number().nullable(),
  total_space: z.number().nullable(),
  disk_percent: z.number().nullable(),
  /** Of the machine, where one is read. */
  cpu_percent: z.number().nullable(),
  memory_percent: z.number().nullable(),
  data_dir: z.string().nullable(),
  status: serverStatusSchema,
  /** Code of the status: `refused`, `permission`, `stale`, …; null when up. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
  checked_at: z.iso.datetime().nullable(),
  last_success_at: z.iso.datetime().nullable(),
  /** Null for a server whose machine is not reached over SSH. */
  ssh: sshStatusSchema.nullable(),
});
export type ServerSummary = z.infer<typeof serverSummarySchema>;

/** A server with the newest values of each of its probes, as `/ws/stats` samples carry them. */
export const serverLatestSchema = z.object({
  server: serverSummarySchema,
  probes: z.record(z.string(), z.object({ ts: z.iso.datetime(), data: z.unknown() })),
});
export type ServerLatest = z.infer<typeof serverLatestSchema>;

/** What stands for all samples of a step. */
export { AGGREGATES };
export type Aggregate = AggregateName;

/** A time in a query: ISO 8601 (a date alone is its midnight UTC, a time needs its zone) or seconds since the epoch; gives ms. */
export const timeSchema = z.string().transform((text, context) => {
  const time = parseTime(text);
  if (time !== null) return time;
  context.addIssue("must be a time such as 2026-01-31T12:00:00Z, or seconds since the epoch");
  return z.NEVER;
});

/** Snapshots of one metric type over time, as `/api/history/metrics` gives them. */
export const snapshotHistorySchema = z.object({
  metric_type: z.string(),
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
  /** `raw` or the step that was used: `5s`, `1m`, `5m`, `1h`. */
  interval: z.string(),
  count: z.int(),
  /** Whether older points of the range were left out because of `limit`. */
  truncated: z.boolean(),
  data_points: z.array(z.object({ timestamp: z.iso.datetime(), data: z.record(z.string(), z.unknown()) })),
});
export type SnapshotHistory = z.infer<typeof snapshotHistorySchema>;

const comparedRangeSchema = z.object({
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
  /** Whether older points of the range were left out because of `limit`. */
  truncated: z.boolean(),
  data_points: snapshotHistorySchema.shape.data_points,
});

/** Snapshots of two ranges of equal length, laid over each other from their starts. */
export const snapshotComparisonSchema = z.object({
  metric_type: z.string(),
  /** `raw` or the step that was used in both ranges: `5s`, `1m`, `5m`, `1h`. */
  interval: z.string(),
  current: comparedRangeSchema,
  comparison: comparedRangeSchema,
  /** Of the primary value, the mean over exactly these ranges; null where it cannot be told. */
  summary: z.object({
    current_avg: z.number().nullable(),
    comparison_avg: z.number().nullable(),
    /** In percent of `comparison_avg`. */
    change_percent: z.number().nullable(),
  }),
  series_summary: z.array(
    z.object({
      ...seriesFields,
      /** What `current` and `comparison` are of all samples of their ranges: avg, of cumulative values last. */
      aggregate: z.enum(AGGREGATES),
      current: z.number().nullable(),
      comparison: z.number().nullable(),
      change_percent: z.number().nullable(),
    }),
  ),
});
export type SnapshotComparison = z.infer<typeof snapshotComparisonSchema>;

/** A metric that a server has: what a chart may show. */
const metricChoiceSchema = z.object({
  /** `databases.commits_per_sec` */
  metric: z.string(),
  /** First part of its name. */
  probe: z.string(),
  unit: z.string(),
  /** One English sentence. */
  help: z.string(),
  /** Labels of each of its series; `{}` for a metric without labels. */
  instances: z.array(z.record(z.string(), z.string())),
});
export type MetricChoice = z.infer<typeof metricChoiceSchema>;
export const metricChoicesSchema = z.object({ metrics: z.array(metricChoiceSchema) });
export type MetricChoices = z.infer<typeof metricChoicesSchema>;

/** By server's name: connections that its collector holds, as last collected; `null` is "not known". */
export const poolsSchema = z.record(
  z.string(),
  z.object({
    minconn: z.int(),
    maxconn: z.int(),
    /** Whether there are none and none are meant to be: the server is paused. */
    closed: z.boolean(),
    open: z.int().nullable(),
    idle: z.int().nullable(),
    waiting: z.int().nullable(),
  }),
);
export type Pools = z.infer<typeof poolsSchema>;
