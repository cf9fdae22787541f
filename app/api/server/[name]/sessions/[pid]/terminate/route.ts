import { endSession } from "@/lib/fleet/end-session";
import { endSessionInputSchema, endSessionResultSchema } from "@/lib/fleet/sessions-schema";
import { endpoint } from "@/lib/http/endpoint";
import { answerOf, DESCRIPTION, paramsSchema } from "../answer";

export const POST = endpoint({
  summary: "End a session of a watched server",
  description: DESCRIPTION,
  allow: "sessions:end",
  params: paramsSchema,
  body: endSessionInputSchema,
  response: endSessionResultSchema,
  refusals: [409, 503],
  run: async ({ actor, params: { name, pid }, body, request }) =>
    answerOf(await endSession(actor, { ...body, server: name, pid, verb: "terminate" }), request),
});
