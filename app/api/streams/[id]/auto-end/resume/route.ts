import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { resumeAutoEnd } from "@/lib/streams/auto-end/mutations";
import { autoEndSchema } from "@/lib/streams/schema";

export const POST = endpoint({
  summary: "Go on with auto-end of a channel",
  description: "Counts on with what was left. Answers with the timer as it is now.",
  allow: "streams:write",
  params: z.object({ id: z.string() }),
  response: autoEndSchema,
  refusals: [409],
  run: ({ actor, params: { id } }) => resumeAutoEnd(actor, id),
});
