import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { topTracks } from "@/lib/streams/analytics";
import { PERIODS, topTracksSchema } from "@/lib/streams/analytics-schema";

export const GET = endpoint({
  summary: "Tracks by how often they were played",
  description: "Plays that began in the period; tracks are told apart by their id, else by their title.",
  allow: "streams:read",
  query: z.object({
    period: z.enum(PERIODS).default("7d"),
    channel: z.string().max(512).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(10),
  }),
  response: topTracksSchema,
  refusals: [404],
  run: ({ actor, query: { period, channel, limit } }) => topTracks(actor, period, { limit, channelId: channel }),
});
