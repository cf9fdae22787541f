// Which settings belong together, in the order in which people meet them.
import type { SettingKey } from "./schema";

export const SETTING_GROUPS = {
  collection: [
    "collect_interval",
    "sampling_interval_seconds",
    "size_update_interval",
    "db_check_interval",
    "perf_events_enabled",
    "perf_events_cpu_cores",
    "perf_events_interval_ms",
  ],
  history: [
    "archive_enabled",
    "downsample_after_days",
    "downsample_interval",
    "retention_days",
    "retention_months",
    "cleanup_enabled",
    "cleanup_interval_minutes",
  ],
  analysis: ["analysis_static_days", "analysis_inactive_days", "analysis_low_connections"],
  records: ["audit_retention_days", "logs_retention_days", "activity_keep", "activity_retention_days"],
  streams: ["auto_end_enabled", "auto_end_timeout_seconds", "auto_end_warnings", "stats_broadcast_interval"],
  access: ["registration_enabled", "totp_required", "allow_session_cancel", "ws_max_connections"],
  thresholds: ["thresholds"],
  general: ["time_zone", "language"],
} as const satisfies Readonly<Record<string, readonly SettingKey[]>>;
