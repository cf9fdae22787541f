import { endpoint } from "@/lib/http/endpoint";
import { importKey } from "@/lib/ssh-keys/mutations";
import { importKeyFileSchema, sshKeySchema } from "@/lib/ssh-keys/schema";

export const POST = endpoint({
  summary: "Import an SSH key from a file",
  description: "As `/import`, from a form with the private key as `file`.",
  allow: "ssh_keys:create",
  multipart: true,
  body: importKeyFileSchema,
  response: sshKeySchema,
  status: 201,
  refusals: [409],
  run: ({ actor, body: { file, ...rest } }) => importKey(actor, { ...rest, private_key: file }, { field: "file" }),
});
