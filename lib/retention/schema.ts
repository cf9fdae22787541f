// How long history is kept: the contract of /api/config and /api/retention, and what a policy costs in disk.
import { z } from "zod";
import type { RetentionPolicy, StorageRates } from "../metrics/retention";
import { SETTINGS } from "../settings/schema";

/** The settings of a policy, with when it is put into force. */
export const POLICY_KEYS = [
  "retention_days",
  "retention_months",
  "archive_enabled",
  "downsample_after_days",
  "downsample_interval",
  "cleanup_enabled",
  "cleanup_interval_minutes",
] as const;

const schemasOf = <Key extends keyof typeof SETTINGS>(...keys: Key[]) =>
  Object.fromEntries(keys.map((key) => [key, SETTINGS[key].schema])) as { [K in Key]: (typeof SETTINGS)[K]["schema"] };

const configFields = schemasOf(
  "sampling_interval_seconds",
  "perf_events_enabled",
  "perf_events_cpu_cores",
  "perf_events_interval_ms",
  "retention_days",
  "archive_enabled",
  "downsample_after_days",
  "downsample_interval",
);
const policyFields = schemasOf(...POLICY_KEYS);
const moment = z.iso.datetime().nullable();
const readOnly = z.unknown().optional().describe("Read-only: what a client sends back is passed over");

export const configSchema = z.object({ ...configFields, app_version: z.string() });
export type Config = z.infer<typeof configSchema>;
export const configChangesSchema = z.strictObject({
  ...z.object(configFields).partial().shape,
  app_version: readOnly,
});

export const retentionSchema = z.object({
  id: z.literal(1),
  ...policyFields,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  last_archive_run: moment,
  /** Stored history in MiB, indexes included. */
  current_data_size_mb: z.number().nonnegative(),
  oldest_record: moment,
  newest_record: moment,
});
export type Retention = z.infer<typeof retentionSchema>;
export const retentionChangesSchema = z.strictObject({
  ...z.object(policyFields).partial().shape,
  id: readOnly,
  created_at: readOnly,
  updated_at: readOnly,
  last_archive_run: readOnly,
  current_data_size_mb: readOnly,
  oldest_record: readOnly,
  newest_record: readOnly,
});
type PolicyKey = (typeof POLICY_KEYS)[number];
export type RetentionChanges = Partial<Pick<Retention, PolicyKey>>;

/** Only what of a policy is to change, without what is read-only. */
export function policyChangesOf(body: z.infer<typeof retentionChangesSchema>): RetentionChanges {
  return Object.fromEntries(POLICY_KEYS.flatMap((key) => (body[key] === undefined ? [] : [[key, body[key]]])));
}

export const cleanupSchema = z.object({
  /** Sealed parts of an hour that went, or would go. */
  deleted_count: z.int().nonnegative(),
  /** Sealed parts of an hour that became coarser, or would. */
  downsampled_count: z.int().nonnegative(),
  freed_bytes: z.number(),
  last_archive_run: moment,
});
export type Cleanup = z.infer<typeof cleanupSchema>;

/** The settings that say how long history is kept, as the store takes them. */
export function policyOf(
  settings: Pick<
    Retention,
    "archive_enabled" | "retention_days" | "retention_months" | "downsample_after_days" | "downsample_interval"
  >,
): RetentionPolicy {
  return {
    archiveEnabled: settings.archive_enabled,
    retentionDays: settings.retention_days,
    retentionMonths: settings.retention_months,
    // The environment may fix one of the two against the other.
    downsampleAfterDays: Math.min(settings.downsample_after_days, settings.retention_days),
    downsampleInterval: settings.downsample_interval,
  };
}

const DAY_HOURS = 24;
/** Weeks go as a whole, so on average half a week more is there than was asked for; months likewise. */
const HALF_WEEK_DAYS = 3.5;
const MONTH_DAYS = 365.2425 / 12;

/** Bytes that history takes once a policy has been in force for `steadyAfterDays`, on average over a week. */
export interface DiskCost {
  fullBytes: number;
  reducedBytes: number;
  hourlyBytes: number;
  totalBytes: number;
  /** Days until the oldest of it is deleted for the first time, counted from the first sample. */
  steadyAfterDays: number;
}

/**
 * What a policy will cost in disk while as much is collected as now; null where nothing is ever deleted.
 * A week is reduced or dropped when all of it is old enough and it ended a day ago, a month when all of it is old enough.
 */
export function diskCost(rates: StorageRates, policy: RetentionPolicy): DiskCost | null {
  if (!policy.archiveEnabled) return null;
  const fullDays = Math.max(1, policy.downsampleAfterDays) + HALF_WEEK_DAYS;
  const keptDays = Math.max(1, policy.retentionDays) + HALF_WEEK_DAYS;
  const hourlyDays = (policy.retentionMonths + 0.5) * MONTH_DAYS;
  const { downsampleInterval: step } = policy;
  const reducedPerHour = step === "1h" ? 0 : rates.reducedBytesPerHour[step];
  const reducedDays = Math.max(0, keptDays - fullDays);
  const fullBytes = fullDays * DAY_HOURS * rates.fullBytesPerHour;
  const reducedBytes = reducedDays * DAY_HOURS * reducedPerHour;
  const hourlyBytes = hourlyDays * DAY_HOURS * rates.hourlyBytesPerHour;
  return {
    fullBytes,
    reducedBytes,
    hourlyBytes,
    totalBytes: fullBytes + reducedBytes + hourlyBytes,
    steadyAfterDays: Math.max(step === "1h" ? fullDays : keptDays, hourlyDays),
  };
}

/** Bytes a day by which history grows while nothing is deleted. */
export function dailyGrowth(rates: StorageRates): number {
  return (rates.fullBytesPerHour + rates.hourlyBytesPerHour) * DAY_HOURS;
}
