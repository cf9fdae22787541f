import { criteriaSchema } from "@/lib/fleet/analysis-schema";
import { changeCriteria, readCriteria } from "@/lib/fleet/criteria";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "By what databases are judged: criteria that everyone shares",
  allow: "servers:read",
  response: criteriaSchema,
  run: ({ actor }) => readCriteria(actor),
});

export const PUT = endpoint({
  summary: "Change the criteria for everyone",
  description: "In force at once on every instance, and an entry of the audit log (`settings_update`).",
  allow: "analysis:write",
  body: criteriaSchema,
  response: criteriaSchema,
  run: ({ actor, body }) => changeCriteria(actor, body),
});
