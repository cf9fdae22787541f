import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { revokeToken } from "@/lib/users/own-tokens";

export const DELETE = endpoint({
  summary: "Revoke an own API token",
  description: "It holds no longer at once, on every instance. Not open to API tokens.",
  allow: "profile:write",
  params: z.object({ id: z.uuid() }),
  run: ({ actor, params }) => revokeToken(actor, params),
});
