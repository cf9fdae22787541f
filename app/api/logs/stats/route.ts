import { endpoint } from "@/lib/http/endpoint";
import { logStats } from "@/lib/syslog/queries";
import { logStatsQuerySchema, logStatsSchema } from "@/lib/syslog/schema";

export const GET = endpoint({
  summary: "How long the system log is, and how much of today needs a look",
  allow: "logs:read",
  query: logStatsQuerySchema,
  response: logStatsSchema,
  run: ({ actor, query }) => logStats(actor, query.tz),
});
