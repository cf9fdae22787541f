import { z } from "zod";
import { metricChoices } from "@/lib/fleet/metric-choices";
import { metricChoicesSchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "The metrics that a server has, with unit, help and instances",
  description:
    "Only what was ever collected from it. An instance is a set of labels; a metric without labels has `{}`.",
  allow: "servers:read",
  query: z.object({ server: z.string().min(1).max(64).default("local") }),
  response: metricChoicesSchema,
  run: async ({ actor, query: { server } }) => ({ metrics: await metricChoices(actor, server) }),
});
