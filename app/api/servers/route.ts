import { z } from "zod";
import { serverInputSchema } from "@/lib/fleet/input-schema";
import { createServer } from "@/lib/fleet/mutations";
import { listServers } from "@/lib/fleet/queries";
import { serverSummarySchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Servers as last collected, the worst first",
  allow: "servers:read",
  response: z.array(serverSummarySchema),
  run: ({ actor }) => listServers(actor),
});

export const POST = endpoint({
  summary: "Register a server",
  description:
    "Answers after the first collection, within 5 s; a server that cannot be reached is saved with its status and reason. With `require_reachable` the connection is tried first, and a failure is told with 422 at its field. Without `sslmode` it is `verify-full`, on this machine `prefer`. Texts that are empty count as not given. Without `host` a server is a machine alone, over SSH (`ssh_host`, `ssh_user`) or with `host_kind` `local` the one that Dozor runs on.",
  allow: "servers:write",
  query: z.object({ require_reachable: z.enum(["true", "false"]).default("false") }),
  body: serverInputSchema,
  response: serverSummarySchema,
  status: 201,
  refusals: [409],
  run: ({ actor, body, query }) => createServer(actor, body, { requireReachable: query.require_reachable === "true" }),
});
