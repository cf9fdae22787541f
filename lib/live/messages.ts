// What travels over /ws/stats, both ways: one schema for hub, browser hook and tests.
import { z } from "zod";
import { activityEventSchema } from "../activity/schema";
import { serverSummarySchema } from "../fleet/schema";
import { systemMetricsSchema } from "../health/schema";
import { CHANNEL_STATUSES, channelIdSchema, channelSchema, STREAM_UPDATES, trackSchema } from "../streams/schema";

const STREAM = "stream:";

/** `server:<name>` and `stream:<channel id>` are followed one by one; `alerts` is silent as long as there are no rules. */
export const topicSchema = z.union([
  z.enum(["stats", "streams", "activity", "alerts"]),
  z.string().regex(/^server:[A-Za-z0-9][\w.-]{0,63}$/),
  z
    .string()
    .refine((topic) => topic.startsWith(STREAM) && channelIdSchema.safeParse(topic.slice(STREAM.length)).success),
]);

export const clientMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ping") }),
  z.object({ type: z.literal("snapshot") }),
  z.object({ type: z.literal("subscribe"), topics: z.array(topicSchema).min(1).max(20) }),
  z.object({ type: z.literal("unsubscribe"), topics: z.array(topicSchema).min(1).max(20) }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** Every `stats_broadcast_interval` seconds. */
export const statsSchema = z.object({
  active_streams: z.int(),
  total_listeners: z.int(),
  queue_items: z.int(),
  cpu_percent: z.number().nullable(),
  memory_percent: z.number().nullable(),
  disk_percent: z.number().nullable(),
  uptime_seconds: z.number(),
  websocket_connections: z.int(),
  /** Seconds to the next `stats`; a client that hears nothing for three of them shows its values as stale. */
  broadcast_interval_seconds: z.number().positive(),
  /** What the overview's cards show. */
  system: systemMetricsSchema,
});

/** The newest values of one server: probe → snapshot and its time. */
export const sampleSchema = z.object({
  server: z.string(),
  probes: z.record(z.string(), z.object({ ts: z.iso.datetime(), data: z.unknown() })),
});

/** What happened, newest first. */
export const activitySchema = z.object({
  /** E-mails are in it for administrators only: all others get one message together. */
  events: z.array(activityEventSchema),
  /** The newest of the whole feed (50 at most), and not only what is new. */
  newest: z.boolean(),
});

/** What became of a channel, with all that is known of it since; `channel` is null where it is removed. */
export const streamUpdateSchema = z.object({
  channel_id: z.string(),
  event: z.enum(STREAM_UPDATES),
  current_track: trackSchema.nullable(),
  /** Null: not known. */
  listeners: z.int().nullable(),
  status: z.enum(CHANNEL_STATUSES),
  channel: channelSchema.nullable(),
});

/** The channel is ended at `deadline` unless somebody listens to it. */
export const autoEndWarningSchema = z.object({
  channel_id: z.string(),
  seconds_remaining: z.number(),
  deadline: z.iso.datetime(),
  reason: z.literal("no_listeners"),
  /** Whether the timer can be cancelled; who may is another matter. */
  can_cancel: z.boolean(),
});

const autoEndChangeSchema = z.object({ channel_id: z.string(), reason: z.string() });

const autoEndWarned = z.object({ type: z.literal("auto_end_warning"), data: autoEndWarningSchema });
const autoEndCancelled = z.object({ type: z.literal("auto_end_cancelled"), data: autoEndChangeSchema });
const autoEndTriggered = z.object({ type: z.literal("auto_end_triggered"), data: autoEndChangeSchema });

/** A row of `stream_notices`. */
export const noticeSchema = z.discriminatedUnion("type", [autoEndWarned, autoEndCancelled, autoEndTriggered]);

const snapshotSchema = z.object({
  stats: statsSchema,
  servers: z.array(serverSummarySchema),
  channels: z.array(channelSchema),
  /** Of timers that have warned and still count. */
  warnings: z.array(autoEndWarningSchema),
});

/** Parts of a machine that clients of the older host monitor know; null while a part is not measured. */
export const METRIC_PARTS = ["cpu", "memory", "network", "disk", "perf_events", "memory_bandwidth"] as const;
const metricsSchema = z.record(z.enum(METRIC_PARTS), z.unknown());

const envelope = { timestamp: z.iso.datetime(), seq: z.int() };
export const serverMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("snapshot"), ...envelope, data: snapshotSchema }),
  z.object({ type: z.literal("stats"), ...envelope, data: statsSchema }),
  z.object({ type: z.literal("sample"), ...envelope, data: sampleSchema }),
  z.object({ type: z.literal("activity"), ...envelope, data: activitySchema }),
  z.object({ type: z.literal("stream_update"), ...envelope, data: streamUpdateSchema }),
  autoEndWarned.extend(envelope),
  autoEndCancelled.extend(envelope),
  autoEndTriggered.extend(envelope),
  // Only over /api/ws/metrics.
  z.object({ type: z.literal("metrics"), ...envelope, data: metricsSchema }),
  z.object({ type: z.literal("pong"), ...envelope, data: z.object({}) }),
  z.object({ type: z.literal("lagging"), ...envelope, data: z.object({ topic: z.string(), dropped: z.int() }) }),
  z.object({ type: z.literal("error"), ...envelope, data: z.object({ code: z.string(), message: z.string() }) }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type Stats = z.infer<typeof statsSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type StreamUpdateMessage = z.infer<typeof streamUpdateSchema>;
export type AutoEndWarning = z.infer<typeof autoEndWarningSchema>;
export type Notice = z.infer<typeof noticeSchema>;
export type Activity = z.infer<typeof activitySchema>;
