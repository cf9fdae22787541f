import { z } from "zod";

/** Longest stretch: the call, with what follows it, stays below the minute after which the next one comes. */
export const MOST_SECONDS = 45;
const LEAST_SECONDS = 10;
const USUAL_SECONDS = 30;

export const cronQuerySchema = z.strictObject({
  seconds: z.coerce
    .number()
    .int()
    .min(LEAST_SECONDS)
    .max(MOST_SECONDS)
    .default(USUAL_SECONDS)
    .describe("How long it may collect; it ends earlier when everything due has been asked twice"),
});

export const cronReportSchema = z.object({
  status: z
    .enum(["collected", "busy"])
    .describe("`busy`: another call collects at this moment, and this one did nothing"),
  complete: z.boolean().describe("Whether everything due was asked, and twice where rates need it"),
  duration_ms: z.int().min(0),
  servers: z.int().min(0).describe("Servers that were asked"),
  runs: z.int().min(0).describe("Questions asked"),
  failed: z.int().min(0).describe("Those of them that failed"),
  samples: z.int().min(0).describe("Samples that were stored"),
  lost: z.int().min(0).describe("Samples that our database did not take"),
});

export type CronReport = z.output<typeof cronReportSchema>;
