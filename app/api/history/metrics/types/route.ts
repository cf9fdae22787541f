import { z } from "zod";
import { snapshotTypes } from "@/lib/fleet/snapshots";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Metric types that /api/history/metrics knows, sorted",
  allow: "servers:read",
  response: z.object({ metric_types: z.array(z.string()) }),
  run: () => ({ metric_types: snapshotTypes() }),
});
