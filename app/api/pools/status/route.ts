import { connectionsOfTargets } from "@/lib/fleet/pools";
import { poolsSchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Connections that watching holds open, by server",
  allow: "servers:read",
  response: poolsSchema,
  run: ({ actor }) => connectionsOfTargets(actor),
});
