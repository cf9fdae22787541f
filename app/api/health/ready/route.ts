import { z } from "zod";
import { ready } from "@/lib/health/queries";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Whether Dozor is ready: 503 until its database is migrated and the collector ticks",
  allow: "public",
  response: z.object({ status: z.enum(["ready", "not_ready"]) }),
  async run() {
    const isReady = await ready();
    return Response.json({ status: isReady ? "ready" : "not_ready" }, { status: isReady ? 200 : 503 });
  },
});
