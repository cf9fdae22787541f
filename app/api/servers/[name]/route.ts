import { z } from "zod";
import { serverChangesSchema } from "@/lib/fleet/input-schema";
import { deleteServer, updateServer } from "@/lib/fleet/mutations";
import { serverSummarySchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";
import { serverResponse } from "./server-response";

const params = z.object({ name: z.string() });

export const GET = endpoint({
  summary: "One server as last collected",
  description:
    "The `ETag` stands for what can be edited, not for what was collected; send it as `If-Match` with a change.",
  allow: "servers:read",
  params,
  response: serverSummarySchema,
  run: ({ actor, params: { name } }) => serverResponse(actor, name),
});

export const PUT = endpoint({
  summary: "Change a server",
  description:
    "Any part of it; what is left out stays. `name` renames it, its history stays. An empty secret keeps the stored one, null takes it away. A change of where a stored secret would be sent (host, port, user, a weaker `sslmode`, another CA; over SSH its host, port, user, or other host keys) drops it unless it is sent again in the same request. `ssh_user` null or empty: no SSH; `ssh_key_id` null: no key; `host` null: no PostgreSQL, the machine stays.",
  allow: "servers:write",
  params,
  body: serverChangesSchema,
  response: serverSummarySchema,
  refusals: [409, 412],
  async run({ actor, params: { name }, body, request }) {
    const server = await updateServer(actor, name, body, { ifMatch: request.headers.get("if-match") });
    return serverResponse(actor, server.name);
  },
});

export const DELETE = endpoint({
  summary: "Remove a server",
  description: "Its configuration and secrets are gone at once; what was collected of it is removed in the background.",
  allow: "servers:write",
  params,
  response: z.object({ message: z.string() }),
  refusals: [412],
  async run({ actor, params: { name }, request }) {
    await deleteServer(actor, name, { ifMatch: request.headers.get("if-match") });
    return { message: `${name} was removed.` };
  },
});
