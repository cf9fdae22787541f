import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { streamSummary } from "@/lib/streams/analytics";
import { PERIODS, streamSummarySchema } from "@/lib/streams/analytics-schema";

export const GET = endpoint({
  summary: "What was played and listened to, in numbers",
  description: "Of all channels together, or of one. Listeners are those at one time; days are those of UTC.",
  allow: "streams:read",
  query: z.object({ period: z.enum(PERIODS).default("7d"), channel: z.string().max(512).optional() }),
  response: streamSummarySchema,
  refusals: [404],
  run: ({ actor, query: { period, channel } }) => streamSummary(actor, period, channel),
});
