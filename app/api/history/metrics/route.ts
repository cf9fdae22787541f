import { z } from "zod";
import { AGGREGATES, snapshotHistorySchema, timeSchema } from "@/lib/fleet/schema";
import { SNAPSHOT_INTERVALS, snapshotHistory } from "@/lib/fleet/snapshots";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Snapshots of a machine over time, ascending",
  description:
    "`auto` picks the finest interval that gives at most about 720 points. `limit` keeps the newest points and sets `truncated`. The default range is the last hour.",
  allow: "servers:read",
  repeated: true,
  query: z.object({
    metric_type: z.string().min(1).max(64),
    server: z.string().min(1).max(64).default("local"),
    start_time: timeSchema.optional(),
    end_time: timeSchema.optional(),
    interval: z.enum(SNAPSHOT_INTERVALS).default("auto"),
    limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
    aggregate: z.enum(AGGREGATES).optional(),
  }),
  response: snapshotHistorySchema,
  run: ({ actor, query }) =>
    snapshotHistory(actor, {
      server: query.server,
      metricType: query.metric_type,
      from: query.start_time,
      to: query.end_time,
      interval: query.interval,
      limit: query.limit,
      aggregate: query.aggregate,
    }),
});
