import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { deleteKey, updateKey } from "@/lib/ssh-keys/mutations";
import { keyById } from "@/lib/ssh-keys/queries";
import { keyChangesSchema, keyParamsSchema, sshKeySchema } from "@/lib/ssh-keys/schema";
import { keyResponse } from "./key-response";

export const GET = endpoint({
  summary: "One SSH key",
  description: "The `ETag` stands for name and description; send it as `If-Match` with a change.",
  allow: "ssh_keys:read",
  params: keyParamsSchema,
  response: sshKeySchema,
  run: async ({ actor, params: { id } }) => keyResponse(await keyById(actor, id)),
});

export const PUT = endpoint({
  summary: "Change the name or the description of an SSH key",
  description: "What is left out stays; the key itself cannot be changed.",
  allow: "ssh_keys:manage",
  params: keyParamsSchema,
  body: keyChangesSchema,
  response: sshKeySchema,
  refusals: [409, 412],
  run: async ({ actor, params: { id }, body, request }) =>
    keyResponse(await updateKey(actor, id, body, { ifMatch: request.headers.get("if-match") })),
});

export const DELETE = endpoint({
  summary: "Delete an SSH key",
  description: "One that servers use is refused (409); `errors` lists them as `servers.<name>`.",
  allow: "ssh_keys:manage",
  params: keyParamsSchema,
  response: z.object({ message: z.string() }),
  refusals: [409, 412],
  async run({ actor, params: { id }, request }) {
    await deleteKey(actor, id, { ifMatch: request.headers.get("if-match") });
    return { message: "The SSH key is deleted." };
  },
});
