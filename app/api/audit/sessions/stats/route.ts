import { z } from "zod";
import { auditStats } from "@/lib/audit/queries";
import { auditStatsSchema } from "@/lib/audit/schema";
import { dayFilter } from "@/lib/day-filter";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "How long the audit log is, and what of it is of today",
  allow: "audit:read",
  query: z.object({ tz: dayFilter.tz }),
  response: auditStatsSchema,
  run: ({ actor, query }) => auditStats(actor, query.tz),
});
