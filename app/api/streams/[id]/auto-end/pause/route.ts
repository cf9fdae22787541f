import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { pauseAutoEnd } from "@/lib/streams/auto-end/mutations";
import { autoEndSchema } from "@/lib/streams/schema";

export const POST = endpoint({
  summary: "Pause auto-end of a channel",
  description:
    "Nothing counts until it is resumed or the channel stops; what was left is kept. Answers with the timer as it is now.",
  allow: "streams:write",
  params: z.object({ id: z.string() }),
  response: autoEndSchema,
  refusals: [409],
  run: ({ actor, params: { id } }) => pauseAutoEnd(actor, id),
});
