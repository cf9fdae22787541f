import { z } from "zod";
import { EXPORT_FORMATS, EXPORT_INTERVALS, exportHistory } from "@/lib/fleet/export";
import { exportSchema } from "@/lib/fleet/export-text";
import { AGGREGATES, timeSchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "History of any length as a file, streamed",
  description:
    "CSV (RFC 4180, one column for each series) or JSON, ascending. `metrics` selects series, `metric_type` all metrics of one kind. The default range is the last hour. Steps (`interval` other than `raw`) are whole; `step_seconds` tells what each row stands for, also where older history is kept in longer steps. In CSV a missing value is empty, NaN and infinities are words. An export that fails breaks the connection off: what ends well is complete. A user can have two under way.",
  allow: "servers:read",
  query: z
    .object({
      metrics: z.string().min(1).max(4_000).optional(),
      metric_type: z.string().min(1).max(64).optional(),
      server: z.string().min(1).max(64).default("local"),
      channel: z.string().min(1).max(512).optional().describe("A channel in place of the server; with metrics"),
      from: timeSchema.optional(),
      to: timeSchema.optional(),
      start_time: timeSchema.optional(),
      end_time: timeSchema.optional(),
      interval: z.enum(EXPORT_INTERVALS).default("raw"),
      aggregate: z.enum(AGGREGATES).optional(),
      format: z.enum(EXPORT_FORMATS).default("csv"),
    })
    .refine(({ metrics, metric_type }) => (metrics === undefined) !== (metric_type === undefined), {
      path: ["metrics"],
      message: "give either metrics or metric_type",
    })
    .refine(({ metric_type, channel }) => metric_type === undefined || channel === undefined, {
      path: ["channel"],
      message: "channels have no metric_type: give metrics",
    })
    .refine(({ from, start_time }) => from === undefined || start_time === undefined, {
      path: ["from"],
      message: "give from or start_time, which mean the same",
    })
    .refine(({ to, end_time }) => to === undefined || end_time === undefined, {
      path: ["to"],
      message: "give to or end_time, which mean the same",
    }),
  response: exportSchema,
  run: async ({ actor, query }) => {
    const { metric_type: metricType, start_time, end_time, from = start_time, to = end_time, ...rest } = query;
    const { body, contentType, fileName } = await exportHistory(actor, { ...rest, metricType, from, to });
    const headers = { "content-type": contentType, "content-disposition": `attachment; filename="${fileName}"` };
    return new Response(body, { headers });
  },
});
