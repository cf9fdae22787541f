import { AppError } from "@/lib/errors";
import { systemMetrics } from "@/lib/health/queries";
import { SYSTEM_METRICS, systemMetricsSchema } from "@/lib/health/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Processor, memory, disk, latency and connections of this machine and Dozor's database, with their status",
  allow: "servers:read",
  response: systemMetricsSchema,
  async run({ actor }) {
    const metrics = await systemMetrics(actor);
    if (SYSTEM_METRICS.every((metric) => metrics[metric] === null)) {
      throw new AppError("unavailable", "Nothing has been collected lately; see /api/health.", {
        retryAfterSeconds: 5,
      });
    }
    return metrics;
  },
});
