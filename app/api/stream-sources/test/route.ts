import { endpoint } from "@/lib/http/endpoint";
import { sourceTestSchema, sourceTrialSchema } from "@/lib/streams/source-schema";
import { testSource } from "@/lib/streams/sources/trial";

export const POST = endpoint({
  summary: "Ask an Icecast server before it is saved",
  description:
    "Give a whole source, or `id` with what changes. The answer is 200 also where the server does not answer: `success` tells. A stored password is used only where saving would keep it.",
  allow: "streams:write",
  body: sourceTrialSchema,
  response: sourceTestSchema,
  refusals: [404],
  run: ({ actor, body }) => testSource(actor, body),
});
