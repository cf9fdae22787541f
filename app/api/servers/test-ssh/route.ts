import { sshTrialSchema } from "@/lib/fleet/input-schema";
import { sshTestSchema } from "@/lib/fleet/test-schema";
import { testSsh } from "@/lib/fleet/tests";
import { endpoint } from "@/lib/http/endpoint";

export const POST = endpoint({
  summary: "Try out SSH before a server is saved",
  description:
    "Takes what registering takes; `ssh_user`, and `ssh_host` or `host`, must be there. Without `ssh_host_keys` it shows the key of the machine and sends nothing secret.",
  allow: "servers:write",
  body: sshTrialSchema,
  response: sshTestSchema,
  run: ({ actor, body }) => testSsh(actor, { changes: body }),
});
