import { z } from "zod";
import { compareServer } from "@/lib/fleet/compare";
import { COMPARED_TO, PERIOD_NAMES, rangesOf } from "@/lib/fleet/compare-ranges";
import { compareSnapshots } from "@/lib/fleet/compare-snapshots";
import { AGGREGATES, snapshotComparisonSchema, timeSchema } from "@/lib/fleet/schema";
import { SNAPSHOT_INTERVALS } from "@/lib/fleet/snapshots";
import { endpoint } from "@/lib/http/endpoint";
import { comparisonSchema } from "@/lib/metrics/schema";

/** Exactly one of the two says what is compared, and with it which form the answer has. */
const ONE_OF_TWO = "give either metric_type (snapshots) or metrics (series in equal steps)";

export const GET = endpoint({
  summary: "Two ranges of equal length of the same metrics, laid over each other from their starts",
  description:
    "Relative: `period`, which ends now, and `compare_to`; days and months go by the clock on the wall in your time zone, and the comparison is as long as the current range. Custom: `start_time_1` to `end_time_1` (current) and `start_time_2` to `end_time_2`; unequal lengths are refused with 400. With `metric_type` the answer holds snapshots (`interval`, `limit`, `aggregate`), with `metrics` series in steps (`points`).",
  allow: "servers:read",
  repeated: true,
  refusals: [400],
  query: z
    .object({
      metric_type: z.string().min(1).max(64).optional(),
      metrics: z.string().min(1).max(4_000).optional(),
      server: z.string().min(1).max(64).default("local"),
      channel: z.string().min(1).max(512).optional().describe("A channel in place of the server; with metrics"),
      period: z.enum(PERIOD_NAMES).optional(),
      compare_to: z.enum(COMPARED_TO).optional(),
      start_time_1: timeSchema.optional(),
      end_time_1: timeSchema.optional(),
      start_time_2: timeSchema.optional(),
      end_time_2: timeSchema.optional(),
      interval: z.enum(SNAPSHOT_INTERVALS).default("auto"),
      limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
      aggregate: z.enum(AGGREGATES).optional(),
      points: z.coerce.number().int().min(1).max(2_000).default(300),
    })
    .refine(({ metric_type, metrics }) => (metric_type === undefined) !== (metrics === undefined), {
      path: ["metric_type"],
      message: ONE_OF_TWO,
    })
    .refine(({ metric_type, channel }) => metric_type === undefined || channel === undefined, {
      path: ["channel"],
      message: "channels have no snapshots: give metrics",
    }),
  response: z.union([snapshotComparisonSchema, comparisonSchema]),
  run: async ({ actor, query, request }) => {
    const { metric_type: metricType, metrics, server, channel, points, interval, limit, aggregate } = query;
    const ranges = await rangesOf(actor, query);
    const asked = { server, channel, points, asker: request, ...ranges };
    if (metrics !== undefined) return compareServer(actor, { metrics, ...asked });
    return compareSnapshots(actor, { server, metricType: metricType ?? "", interval, limit, aggregate, ...ranges });
  },
});
