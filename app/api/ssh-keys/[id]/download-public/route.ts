import { z } from "zod";
import { downloadResponse } from "@/lib/http/download";
import { endpoint } from "@/lib/http/endpoint";
import { publicKeyFile } from "@/lib/ssh-keys/queries";
import { keyParamsSchema } from "@/lib/ssh-keys/schema";

export const GET = endpoint({
  summary: "The public part of an SSH key as a file",
  description: "`text/plain`, named after the key. An entry of the audit log (`ssh_key_downloaded`).",
  allow: "ssh_keys:read",
  params: keyParamsSchema,
  response: z.string(),
  type: "text/plain",
  run: async ({ actor, params: { id } }) =>
    downloadResponse({ ...(await publicKeyFile(actor, id)), type: "text/plain; charset=utf-8" }),
});
