import { endpoint } from "@/lib/http/endpoint";
import { generateKey } from "@/lib/ssh-keys/mutations";
import { generateKeySchema, sshKeySchema } from "@/lib/ssh-keys/schema";

export const POST = endpoint({
  summary: "Generate an SSH key",
  description:
    "`key_size` is of RSA only. The private part never leaves. A passphrase is not kept: every server that uses the key gives it as `ssh_key_passphrase`.",
  allow: "ssh_keys:create",
  body: generateKeySchema,
  response: sshKeySchema,
  status: 201,
  refusals: [409],
  run: ({ actor, body }) => generateKey(actor, body),
});
