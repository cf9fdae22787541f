import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { channelById, channelNotFound } from "@/lib/streams/queries";
import { autoEndSchema } from "@/lib/streams/schema";

export const GET = endpoint({
  summary: "The timer of a channel that nobody listens to",
  description: "`remaining_seconds` counts down only while `is_active`; what is left is kept while it is paused.",
  allow: "streams:read",
  params: z.object({ id: z.string() }),
  response: autoEndSchema,
  async run({ actor, params: { id } }) {
    const channel = await channelById(actor, id);
    if (!channel) throw channelNotFound();
    return channel.auto_end;
  },
});
