import { health } from "@/lib/health/queries";
import { healthSchema } from "@/lib/health/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "How Dozor itself is: 200 when healthy or degraded, 503 when unhealthy",
  allow: "public",
  response: healthSchema,
  async run() {
    const report = await health();
    return Response.json(report, { status: report.status === "unhealthy" ? 503 : 200 });
  },
});
