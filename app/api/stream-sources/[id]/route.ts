import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { sourceChangesSchema, sourceParamsSchema, streamSourceSchema } from "@/lib/streams/source-schema";
import { deleteSource, updateSource } from "@/lib/streams/sources/mutations";
import { sourceById } from "@/lib/streams/sources/queries";
import { sourceResponse } from "./source-response";

export const GET = endpoint({
  summary: "One source of streams",
  description: "The `ETag` stands for what can be changed of it; send it as `If-Match` with a change.",
  allow: "streams:read",
  params: sourceParamsSchema,
  response: streamSourceSchema,
  run: async ({ actor, params: { id } }) => sourceResponse(await sourceById(actor, id)),
});

export const PATCH = endpoint({
  summary: "Change a source of streams",
  description:
    "What is left out stays; a password of null is removed. Another host, port or user drops a password that is not sent again. Channels take a new name of their source.",
  allow: "streams:write",
  params: sourceParamsSchema,
  body: sourceChangesSchema,
  response: streamSourceSchema,
  refusals: [409, 412],
  run: async ({ actor, params: { id }, body, request }) =>
    sourceResponse(await updateSource(actor, id, body, { ifMatch: request.headers.get("if-match") })),
});

export const DELETE = endpoint({
  summary: "Delete a source of streams",
  description: "Its channels stay until they are deleted themselves.",
  allow: "streams:write",
  params: sourceParamsSchema,
  response: z.object({ message: z.string() }),
  refusals: [412],
  async run({ actor, params: { id }, request }) {
    await deleteSource(actor, id, { ifMatch: request.headers.get("if-match") });
    return { message: "The source is deleted." };
  },
});
