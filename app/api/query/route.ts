import { z } from "zod";
import { queryServer } from "@/lib/fleet/history";
import { AGGREGATES, timeSchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";
import { queryResultSchema } from "@/lib/metrics/schema";

const aggregatesSchema = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(z.enum(AGGREGATES)));

export const GET = endpoint({
  summary: "Series of a server or a channel in equal steps, as charts draw them",
  description:
    'Metrics are parted by commas and may select by labels: `databases.commits_per_sec{database="shop"}`. Times are ISO 8601 or seconds since the epoch; the default is the last hour.',
  allow: "servers:read",
  repeated: true,
  query: z.object({
    server: z.string().min(1).max(64).default("local"),
    channel: z.string().min(1).max(512).optional().describe("A channel in place of the server"),
    metrics: z.string().min(1).max(4_000),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
    points: z.coerce.number().int().min(1).max(2_000).default(300),
    agg: aggregatesSchema.optional(),
  }),
  response: queryResultSchema,
  run: ({ actor, query: { agg, ...query }, request }) =>
    queryServer(actor, { ...query, aggregates: agg, asker: request }),
});
