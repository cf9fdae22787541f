import { readCollector } from "@/lib/collector/queries";
import { collectorSchema } from "@/lib/collector/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "How collecting goes: every server and probe, the instances, and what waits to be stored",
  allow: "collector:read",
  response: collectorSchema,
  run: ({ actor }) => readCollector(actor),
});
