// The activity feed: kinds of events, an event as clients see it, and a page of the feed.
import { z } from "zod";

/** What can have happened. Each event carries a severity of its own: a stream may stop as planned or by an error. */
export const ACTIVITY_TYPES = [
  "server_down",
  "server_up",
  "server_restarted",
  "failover",
  "server_added",
  "server_removed",
  "server_paused",
  "server_resumed",
  "session_cancelled",
  "session_ended",
  "database_created",
  "database_dropped",
  "stream_started",
  "stream_stopped",
  "stream_error",
  "track_added",
  "track_removed",
  "auto_end",
  "alert_fired",
  "alert_resolved",
  "user_login",
  "user_registered",
  "user_approved",
  "user_rejected",
  "settings_changed",
  "history_cleanup",
  "samples_lost",
  "database_back",
  "system_warning",
  "system_error",
] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

/** What concerns the history of every server. */
export const EVERYWHERE: readonly ActivityType[] = ["samples_lost", "database_back"];

export const SEVERITIES = ["info", "warning", "error"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const activityEventSchema = z.object({
  /** Grows with the order of events; below 2^53. */
  id: z.int(),
  /** One of `ACTIVITY_TYPES`, or one of another version. */
  type: z.string(),
  severity: z.enum(SEVERITIES),
  message: z.string(),
  /** Null too for whoever may not see it. */
  user_email: z.string().nullable(),
  /** Login of whoever did it. */
  actor: z.string().nullable(),
  target: z.object({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
  details: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
});
export type ActivityEvent = z.infer<typeof activityEventSchema>;

/** Newest first. */
export const activityPageSchema = z.object({
  events: z.array(activityEventSchema),
  /** Of all pages. */
  total: z.int(),
  /** What to give as `before` for older events; null when there are none. */
  next: z.int().nullable(),
});
export type ActivityPage = z.infer<typeof activityPageSchema>;

/** Newest events that a client which begins to listen is given. */
export const NEWEST_EVENTS = 50;
export const MOST_EVENTS = 100;
export const SEARCH_CHARACTERS = 100;
