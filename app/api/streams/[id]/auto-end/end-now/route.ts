import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { endNow } from "@/lib/streams/auto-end/mutations";
import { endNowSchema } from "@/lib/streams/commands-schema";
import { autoEndSchema } from "@/lib/streams/schema";

export const POST = endpoint({
  summary: "Tell a channel to stop, whoever listens",
  description: "The reason, `ended_now` by default, is told to the streamer. Answers with the timer as it is now.",
  allow: "streams:write",
  params: z.object({ id: z.string() }),
  body: endNowSchema,
  response: autoEndSchema,
  refusals: [409],
  run: ({ actor, params: { id }, body }) => endNow(actor, id, body),
});
