import { z } from "zod";
import { sessionStats } from "@/lib/fleet/sessions";
import { sessionStatsSchema } from "@/lib/fleet/sessions-schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "What the sessions of a watched PostgreSQL server do, for older clients",
  description:
    "Sessions as `/api/live/sessions` tells them, without Dozor's own. A server that nobody looked at is asked now, which may take 5 s.",
  allow: "servers:read",
  params: z.object({ name: z.string() }),
  response: sessionStatsSchema,
  refusals: [409],
  run: ({ actor, params: { name }, request: { signal } }) => sessionStats(actor, name, signal),
});
