// What was reported, played and listened to, as clients see it.
import { z } from "zod";
import { playSchema, trackSchema } from "./schema";

const streamEventSchema = z.object({
  /** Grows with the order in which events were heard. */
  id: z.int(),
  event: z.string(),
  event_id: z.string().nullable(),
  /** When it happened, as the source said. */
  ts: z.iso.datetime(),
  /** When it was heard, by our clock. */
  received_at: z.iso.datetime(),
  /** What else the event said. */
  data: z.record(z.string(), z.unknown()),
});

/** What to give as `before` for older ones; null when there are none. */
const next = z.int().nullable();

export const streamEventsPageSchema = z.object({ events: z.array(streamEventSchema), next });
export type StreamEventsPage = z.infer<typeof streamEventsPageSchema>;
export const playsPageSchema = z.object({ plays: z.array(playSchema), next });
export type PlaysPage = z.infer<typeof playsPageSchema>;

/** 7 days by default. */
export const PERIODS = ["7d", "30d", "90d", "all"] as const;
export type Period = (typeof PERIODS)[number];

export const streamSummarySchema = z.object({
  period: z.enum(PERIODS),
  /** Plays that began in the period, and together how long they were. */
  plays: z.int(),
  hours: z.number(),
  unique_tracks: z.int(),
  /** Null for a channel of which it is not known. */
  listeners_now: z.int().nullable(),
  /** Null where no listeners were known. All channels together at one time; days are those of UTC. */
  peak_today: z.int().nullable(),
  peak_week: z.int().nullable(),
  /** Of the last 7 days, over the time for which something was known. */
  average_week: z.number().nullable(),
});
export type StreamSummary = z.infer<typeof streamSummarySchema>;

export const listenerHistorySchema = z.object({
  period: z.enum(PERIODS),
  /** Seconds that a point stands for. */
  step_s: z.number(),
  points: z.array(z.object({ at: z.iso.datetime(), average: z.number().nullable(), peak: z.number().nullable() })),
});
export type ListenerHistory = z.infer<typeof listenerHistorySchema>;

export const topTracksSchema = z.object({
  period: z.enum(PERIODS),
  /** The most played first. */
  tracks: z.array(
    z.object({
      /** As it was reported last. */
      track: trackSchema,
      plays: z.int(),
      played_seconds: z.number(),
      listeners_average: z.number().nullable(),
      listeners_peak: z.int().nullable(),
      last_played_at: z.iso.datetime(),
    }),
  ),
});
export type TopTracks = z.infer<typeof topTracksSchema>;

export const streamStatsSchema = z.object({
  active_streams: z.int(),
  total_listeners: z.int(),
  queue_items: z.int(),
  /** Of Dozor: `2d 5h 30m`. */
  uptime: z.string(),
  uptime_seconds: z.int(),
});
