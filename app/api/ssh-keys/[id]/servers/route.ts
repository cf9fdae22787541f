import { endpoint } from "@/lib/http/endpoint";
import { keyServers } from "@/lib/ssh-keys/queries";
import { keyParamsSchema, keyServersSchema } from "@/lib/ssh-keys/schema";

export const GET = endpoint({
  summary: "The servers that use an SSH key",
  allow: "ssh_keys:read",
  params: keyParamsSchema,
  response: keyServersSchema,
  run: ({ actor, params: { id } }) => keyServers(actor, id),
});
