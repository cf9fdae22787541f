import { z } from "zod";
import { AppError } from "@/lib/errors";
import { endpoint } from "@/lib/http/endpoint";
import { streamEventsPageSchema } from "@/lib/streams/analytics-schema";
import { eventsSchema } from "@/lib/streams/events-schema";
import { listEvents } from "@/lib/streams/history";
import { refused, reportEvents } from "@/lib/streams/report";
import { channelIdSchema, channelSchema } from "@/lib/streams/schema";

/** Of channels that come into being by it. */
function requireChannelId(id: string): void {
  const parsed = channelIdSchema.safeParse(id);
  if (parsed.success) return;
  const message = parsed.error.issues[0]?.message ?? "Must be 1 to 128 visible characters";
  throw new AppError("invalid", "The id of the channel is not valid.", { fields: [{ path: "id", message }] });
}

export const POST = endpoint({
  summary: "Report what a channel does",
  description:
    "1 to 500 events, in their order. The channel comes into being by its first event. Every kind of state is that of its newest event by `ts` (now, where it is left out or in the future): older ones are stored and turn nothing back. An event with an `event_id` counts once, however often it comes. Where some events are not valid, the others are taken all the same, and the answer is a 422 that names each fault as `events.<place>.<field>`. Say `heartbeat` at least every 30 seconds when there is nothing else to tell: a channel that is silent for 90 is `unknown`, and its listeners are not known until they are reported again.",
  allow: "streams:write",
  params: z.object({ id: z.string() }),
  body: eventsSchema,
  response: z.object({ accepted: z.int(), state: channelSchema }),
  status: 202,
  refusals: [409],
  async run({ actor, params: { id }, body }) {
    requireChannelId(id);
    const { errors, ...taken } = await reportEvents(actor, id, body.events);
    if (errors.length > 0) throw refused({ accepted: taken.accepted, errors });
    return taken;
  },
});

export const GET = endpoint({
  summary: "What was reported of a channel, newest first",
  description:
    "Kept for 7 days. Heartbeats are not stored, positions only with an id, counts only where they changed or had one. `next` is what to give as `before` for the following page.",
  allow: "streams:read",
  params: z.object({ id: z.string() }),
  query: z.object({
    limit: z.coerce.number().int().min(1).max(500).default(50),
    before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  }),
  response: streamEventsPageSchema,
  run: ({ actor, params: { id }, query }) => listEvents(actor, id, query),
});
