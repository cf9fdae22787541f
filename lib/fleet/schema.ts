// What a server looks like to people and API clients.
import { z } from "zod";

export const SERVER_STATUSES = ["down", "degraded", "unknown", "paused", "up"] as const;
export const serverStatusSchema = z.enum(SERVER_STATUSES);
/** Worst first, the order of every list. */
export type ServerStatus = z.infer<typeof serverStatusSchema>;

/** One server of the list, as last collected. Sizes in bytes; `null` is "not known", never 0. */
export const serverSummarySchema = z.object({
  id: z.int(),
  name: z.string(),
  host: z.string().nullable(),
  port: z.int().nullable(),
  user: z.string().nullable(),
  ssh_user: z.string().nullable(),
  ssh_port: z.int().nullable(),
  ssh_auth_type: z.string().nullable(),
  ssh_key_id: z.int().nullable(),
  has_password: z.boolean(),
  has_ssh_password: z.boolean(),
  /** `local` or null: how the machine is read. */
  host_kind: z.string().nullable(),
  has_postgres: z.boolean(),
  enabled: z.boolean(),
  labels: z.record(z.string(), z.string()),
  version: z.string().nullable(),
  /** Sessions by state: active, idle, idle in transaction, …; empty when not known. */
  connections: z.record(z.string(), z.int()),
  max_connections: z.int().nullable(),
  transactions_per_sec: z.number().nullable(),
  in_recovery: z.boolean().nullable(),
  uptime_hours: z.number().nullable(),
  free_space: z.number().nullable(),
  total_space: z.number().nullable(),
  disk_percent: z.number().nullable(),
  data_dir: z.string().nullable(),
  status: serverStatusSchema,
  /** Code of the status: `refused`, `permission`, `stale`, …; null when up. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
  checked_at: z.iso.datetime().nullable(),
  last_success_at: z.iso.datetime().nullable(),
});
export type ServerSummary = z.infer<typeof serverSummarySchema>;
