import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { cancelAutoEnd } from "@/lib/streams/auto-end/mutations";
import { autoEndSchema } from "@/lib/streams/schema";

export const POST = endpoint({
  summary: "Cancel the countdown of a channel that nobody listens to",
  description:
    "It begins again only after a listener has come and gone, or when the channel starts anew. Answers with the timer as it is now.",
  allow: "streams:write",
  params: z.object({ id: z.string() }),
  response: autoEndSchema,
  refusals: [409],
  run: ({ actor, params: { id } }) => cancelAutoEnd(actor, id),
});
