import { z } from "zod";
import { metricChoices } from "@/lib/fleet/metric-choices";
import { metricChoicesSchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "The metrics that a server or a channel has, with unit, help and instances",
  description:
    "Only what was ever collected from it. An instance is a set of labels; a metric without labels has `{}`.",
  allow: "servers:read",
  query: z.object({
    server: z.string().min(1).max(64).default("local"),
    channel: z.string().min(1).max(512).optional().describe("A channel in place of the server"),
  }),
  response: metricChoicesSchema,
  run: async ({ actor, query: { server, channel } }) => ({ metrics: await metricChoices(actor, server, channel) }),
});
