import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { listenerHistory } from "@/lib/streams/analytics";
import { listenerHistorySchema, PERIODS } from "@/lib/streams/analytics-schema";

export const GET = endpoint({
  summary: "Listeners over time",
  description: "In equal steps, of all channels together or of one; null where nothing was known.",
  allow: "streams:read",
  query: z.object({ period: z.enum(PERIODS).default("7d"), channel: z.string().max(512).optional() }),
  response: listenerHistorySchema,
  refusals: [404],
  run: ({ actor, query: { period, channel } }) => listenerHistory(actor, period, channel),
});
