import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { sourceInputSchema, streamSourceSchema } from "@/lib/streams/source-schema";
import { createSource } from "@/lib/streams/sources/mutations";
import { listSources } from "@/lib/streams/sources/queries";

export const GET = endpoint({
  summary: "Icecast servers whose streams are watched, by name",
  description: "Never with the password.",
  allow: "streams:read",
  response: z.array(streamSourceSchema),
  run: ({ actor }) => listSources(actor),
});

export const POST = endpoint({
  summary: "Watch the streams of an Icecast server",
  description:
    "Each mount becomes a channel `<name>:<mount>`. User and password are needed to end a source, nothing else.",
  allow: "streams:write",
  body: sourceInputSchema,
  response: streamSourceSchema,
  status: 201,
  refusals: [409],
  run: ({ actor, body }) => createSource(actor, body),
});
