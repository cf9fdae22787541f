import { z } from "zod";
import { liveSessionsText } from "@/lib/fleet/sessions";
import { liveSessionsSchema, SESSION_INTERVALS } from "@/lib/fleet/sessions-schema";
import { jsonText } from "@/lib/http/answer-text";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Sessions of a watched PostgreSQL server as they are now",
  description:
    "Asked for again every `every` seconds, it keeps the server being asked as often; 10 seconds after the last time, or two intervals, that ends. A first answer is waited for up to 3 s; while there is none `ts` is null. Who may not read texts of queries gets them with every literal replaced by `?`.",
  allow: "servers:read",
  repeated: true,
  query: z.object({
    server: z.string().min(1).max(64).default("local"),
    every: z.coerce.number().pipe(z.literal(SESSION_INTERVALS)).default(2),
  }),
  response: liveSessionsSchema,
  refusals: [404, 409],
  run: async ({ actor, query: { server, every }, request: { signal } }) =>
    jsonText(await liveSessionsText(actor, server, { every, signal })),
});
