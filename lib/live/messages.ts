// What travels over /ws/stats, both ways: one schema for hub, browser hook and tests.
import { z } from "zod";
import { activityEventSchema } from "../activity/schema";
import { serverSummarySchema } from "../fleet/schema";
import { systemMetricsSchema } from "../health/schema";

/** `server:<name>`; more topics come with streams and alerts. */
export const topicSchema = z.union([
  z.enum(["stats", "streams", "activity"]),
  z.string().regex(/^server:[A-Za-z0-9][\w.-]{0,63}$/),
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

const envelope = { timestamp: z.iso.datetime(), seq: z.int() };
export const serverMessageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("snapshot"),
    ...envelope,
    data: z.object({ stats: statsSchema, servers: z.array(serverSummarySchema), channels: z.array(z.never()) }),
  }),
  z.object({ type: z.literal("stats"), ...envelope, data: statsSchema }),
  z.object({ type: z.literal("sample"), ...envelope, data: sampleSchema }),
  z.object({ type: z.literal("activity"), ...envelope, data: activitySchema }),
  z.object({ type: z.literal("pong"), ...envelope, data: z.object({}) }),
  z.object({ type: z.literal("lagging"), ...envelope, data: z.object({ topic: z.string(), dropped: z.int() }) }),
  z.object({ type: z.literal("error"), ...envelope, data: z.object({ code: z.string(), message: z.string() }) }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type Stats = z.infer<typeof statsSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type Activity = z.infer<typeof activitySchema>;
