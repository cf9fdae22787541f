import { z } from "zod";
import { listServers } from "@/lib/fleet/queries";
import { serverSummarySchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Servers as last collected, the worst first",
  allow: "servers:read",
  response: z.array(serverSummarySchema),
  run: ({ actor }) => listServers(actor),
});
