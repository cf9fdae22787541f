import { endpoint } from "@/lib/http/endpoint";
import { importKey } from "@/lib/ssh-keys/mutations";
import { importKeySchema, sshKeySchema } from "@/lib/ssh-keys/schema";

export const POST = endpoint({
  summary: "Import an SSH key",
  description:
    "A private key in OpenSSH or PEM form: Ed25519, ECDSA or RSA, at most 32 KiB. Its passphrase is tried, not kept. A key that is here already is refused (409) with the name of its twin.",
  allow: "ssh_keys:create",
  body: importKeySchema,
  response: sshKeySchema,
  status: 201,
  refusals: [409],
  run: ({ actor, body }) => importKey(actor, body),
});
