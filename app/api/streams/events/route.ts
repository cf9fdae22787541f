import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { eventsOfChannelsSchema } from "@/lib/streams/events-schema";
import { refused, reportEventsOfChannels } from "@/lib/streams/report";

export const POST = endpoint({
  summary: "Report what many channels do",
  description:
    "As `POST /api/streams/{id}/events`, for whoever runs many channels: each event says by `channel_id` of which it is. All are taken in one transaction.",
  allow: "streams:write",
  body: eventsOfChannelsSchema,
  response: z.object({ accepted: z.int() }),
  status: 202,
  refusals: [409],
  async run({ actor, body }) {
    const { accepted, errors } = await reportEventsOfChannels(actor, body.events);
    if (errors.length > 0) throw refused({ accepted, errors });
    return { accepted };
  },
});
