import { z } from "zod";
import { timeSchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";
import { playsPageSchema } from "@/lib/streams/analytics-schema";
import { listPlays } from "@/lib/streams/history";

const dateOf = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));

export const GET = endpoint({
  summary: "What a channel played, newest first",
  description:
    "The running one has no `ended_at`. Times are ISO 8601 or seconds since the epoch. `next` is what to give as `before` for the following page.",
  allow: "streams:read",
  params: z.object({ id: z.string() }),
  query: z.object({
    limit: z.coerce.number().int().min(1).max(500).default(50),
    before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
  }),
  response: playsPageSchema,
  run: ({ actor, params: { id }, query: { from, to, ...page } }) =>
    listPlays(actor, id, { ...page, from: dateOf(from), to: dateOf(to) }),
});
