import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { extendAutoEnd } from "@/lib/streams/auto-end/mutations";
import { extendSchema } from "@/lib/streams/commands-schema";
import { autoEndSchema } from "@/lib/streams/schema";

export const POST = endpoint({
  summary: "Put the end of a channel that nobody listens to off",
  description: "By 1 to 60 minutes; warnings come again. Answers with the timer as it is now.",
  allow: "streams:write",
  params: z.object({ id: z.string() }),
  body: extendSchema,
  response: autoEndSchema,
  refusals: [409],
  run: ({ actor, params: { id }, body: { minutes } }) => extendAutoEnd(actor, id, minutes),
});
