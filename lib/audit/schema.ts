// What the audit log looks like to people and API clients.
import { z } from "zod";
import { dayFilter } from "../day-filter";

/** What is written, in the order in which filters offer it; an entry of an older or newer version may be of another type. */
export const AUDIT_EVENT_TYPES = [
  "login_success",
  "login_failed",
  "logout",
  "refresh",
  "token_created",
  "token_revoked",
  "session_terminated",
  "user_created",
  "user_updated",
  "user_deleted",
  "user_registered",
  "user_registration_refused",
  "user_approved",
  "user_rejected",
  "user_blocked",
  "user_unblocked",
  "user_password_changed",
  "user_password_reset",
  "user_sessions_ended",
  "user_totp_enabled",
  "user_totp_disabled",
  "user_recovery_codes_replaced",
  "user_second_factor_reset",
  "settings_update",
  "secrets_rotated",
  "history_cleanup",
  "export",
  "server_created",
  "server_updated",
  "server_deleted",
  "server_paused",
  "server_resumed",
  "server_run",
  "server_tested",
  "session_cancel",
  "session_terminate",
  "ssh_key_created",
  "ssh_key_imported",
  "ssh_key_updated",
  "ssh_key_deleted",
  "ssh_key_downloaded",
  "stream_source_created",
  "stream_source_updated",
  "stream_source_deleted",
  "stream_source_tested",
  "stream_created",
  "stream_updated",
  "stream_deleted",
  "stream_started",
  "stream_stopped",
  "auto_end_cancelled",
  "auto_end_extended",
  "auto_end_paused",
  "auto_end_resumed",
  "alert_acknowledged",
  "alert_silenced",
  "alert_rule_created",
  "alert_rule_updated",
  "alert_rule_deleted",
] as const;

/** Beside what people did: how they came and went. */
export const SIGN_IN_EVENTS: readonly string[] = ["login_success", "login_failed", "logout", "refresh"];

/** How many entries a file holds. */
export const MOST_EXPORTED = 10_000;

const commaList = z
  .string()
  .max(1_000)
  .transform((text) => text.split(",").filter(Boolean))
  .pipe(z.array(z.string().max(64)));

/** Which entries. */
const auditFilter = {
  username: z.string().max(100).describe("Login of whoever acted").optional(),
  event_type: commaList.describe("One or several, by commas").optional(),
  ip: z.string().max(64).describe("Address from which it was done").optional(),
  ...dayFilter,
};
export const auditFilterSchema = z.object(auditFilter);
export type AuditFilter = z.output<typeof auditFilterSchema>;

export const auditQuerySchema = z.object({
  ...auditFilter,
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});
export type AuditQuery = z.output<typeof auditQuerySchema>;

export const auditItemSchema = z.object({
  id: z.int(),
  timestamp: z.iso.datetime(),
  event_type: z.string(),
  actor: z.string().nullable(),
  username: z.string().nullable().describe("The same as `actor`, for older clients"),
  jti: z.string().nullable().describe("The same as `session_id`, for older clients"),
  ip_address: z.string().nullable(),
  user_agent: z.string().nullable(),
  session_id: z.string().nullable(),
  target_kind: z.string().nullable(),
  target_id: z.string().nullable(),
  target_name: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).describe("For a change: old and new by field; secrets are `changed`"),
});
export type AuditItem = z.infer<typeof auditItemSchema>;

export const auditPageSchema = z.object({
  items: z.array(auditItemSchema),
  total: z.int().describe("How many there are, counted up to 100,000"),
  limit: z.int(),
  offset: z.int(),
});
export type AuditPage = z.infer<typeof auditPageSchema>;

export const auditStatsSchema = z.object({
  total_events: z.int(),
  logins_today: z.int(),
  unique_users_week: z.int().describe("Who signed in today or in the six days before"),
  actions_today: z.int().describe("Everything but signing in and out"),
  failed_today: z.int().describe("Failed sign-ins"),
  failed_total: z.int().describe("Failed sign-ins"),
});
export type AuditStats = z.infer<typeof auditStatsSchema>;
