// Channels as clients see and report them: one schema for push API, pages, live socket and tests.
import { z } from "zod";

/** `unknown`: its source is silent. */
export const CHANNEL_STATUSES = ["playing", "paused", "stopped", "placeholder", "unknown"] as const;
export type ChannelStatus = (typeof CHANNEL_STATUSES)[number];

/** On air: something is sent, be it only a placeholder. */
export const isOnAir = (status: ChannelStatus): boolean => status === "playing" || status === "placeholder";

/** Steps within addresses, and pages and routes of ours that stand where a channel's would. */
const NO_ADDRESS: ReadonlySet<string> = new Set([".", "..", "analytics", "events", "sources"]);

/** 1 to 128 visible characters; negative Telegram ids are such. */
export const channelIdSchema = z
  .string()
  .regex(/^[^\p{C}\p{Z}]+$/u, "Must be visible characters without spaces")
  .refine((text) => [...text].length <= 128, "Must have at most 128 characters")
  .refine((text) => !NO_ADDRESS.has(text), `Must not be one of ${[...NO_ADDRESS].join(" ")}: no address could name it`);

export const trackSchema = z.object({
  id: z.string().nullable(),
  title: z.string(),
  url: z.string().nullable(),
  duration_s: z.number().nullable(),
  source: z.string().nullable(),
});
export type Track = z.infer<typeof trackSchema>;

export const AUTO_END_STATES = ["idle", "armed", "suspended", "paused", "held", "ending"] as const;

/** The timer of a channel that nobody listens to. */
export const autoEndSchema = z.object({
  /** Counting down. */
  is_active: z.boolean(),
  state: z.enum(AUTO_END_STATES),
  /** Seconds left; null while nothing counts. Kept while paused or suspended. */
  remaining_seconds: z.number().nullable(),
  deadline: z.iso.datetime().nullable(),
  paused: z.boolean(),
  /** Thresholds in seconds, as they were sent since it was armed. */
  warnings_sent: z.array(z.int()),
  /** What is in force, and whether the channel has it from the global settings (null). */
  enabled: z.boolean(),
  timeout_seconds: z.int(),
  /** Seconds before the end at which people are warned, the largest first. */
  warnings: z.array(z.int()),
  own: z.object({
    enabled: z.boolean().nullable(),
    timeout_seconds: z.int().nullable(),
    warnings: z.array(z.int()).nullable(),
  }),
});
export type AutoEnd = z.infer<typeof autoEndSchema>;

export const channelSchema = z.object({
  channel_id: z.string(),
  /** Its id where it has no name. */
  name: z.string(),
  status: z.enum(CHANNEL_STATUSES),
  /** `push`, or the name of the source that is polled. */
  source: z.object({ kind: z.enum(["push", "icecast"]), id: z.int().nullable(), name: z.string().nullable() }),
  current_track: trackSchema.nullable(),
  /** Seconds into the track, as of now; null where unknown. */
  position_seconds: z.number().nullable(),
  started_at: z.iso.datetime().nullable(),
  /** Null: not known. */
  listeners: z.int().nullable(),
  peak_today: z.int().nullable(),
  /** Over today's time on air with known listeners. */
  average_listeners: z.number().nullable(),
  /** Of today. */
  listener_minutes: z.number(),
  queue_size: z.int().nullable(),
  bitrate_kbps: z.number().nullable(),
  codec: z.string().nullable(),
  /** When something was heard of it last. */
  last_activity: z.iso.datetime(),
  /** Share of the time on air; null where it was not watched at all. */
  uptime_percent_7d: z.number().nullable(),
  uptime_percent_30d: z.number().nullable(),
  last_error: z.object({ message: z.string(), at: z.iso.datetime() }).nullable(),
  auto_end: autoEndSchema,
});
export type Channel = z.infer<typeof channelSchema>;

export const playSchema = z.object({
  id: z.int(),
  channel_id: z.string(),
  track: trackSchema,
  started_at: z.iso.datetime(),
  /** Null while it plays. */
  ended_at: z.iso.datetime().nullable(),
  played_seconds: z.number(),
  /** Null where they were not known. */
  listeners_average: z.number().nullable(),
  listeners_peak: z.int().nullable(),
});
export type Play = z.infer<typeof playSchema>;

/** What became of a channel, to be told at once. */
export const STREAM_UPDATES = [
  "started",
  "stopped",
  "paused",
  "resumed",
  "track_changed",
  "listeners",
  "queue",
  "changed",
  "removed",
] as const;
export type StreamUpdate = (typeof STREAM_UPDATES)[number];
