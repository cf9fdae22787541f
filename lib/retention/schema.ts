// How long history is kept: the contract of /api/config, /api/retention and the clean-up.
import { z } from "zod";
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
