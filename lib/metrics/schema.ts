// History as pages and API clients ask for it and get it.
import { z } from "zod";

/** What is said of each series wherever series are given. */
export const seriesFields = {
  /** `cpu.usage_percent` */
  metric: z.string(),
  /** Labels of the series: `{ database: "shop" }`. */
  labels: z.record(z.string(), z.string()),
  /** The labels' values joined by `, `; empty for a series without labels. */
  instance: z.string(),
  unit: z.string(),
  /** Seconds between two samples as the probe is scheduled now: points further apart than 1.5 × max(this, step) have a gap between them. */
  interval_s: z.number(),
} as const;

/** The compact answer the charts draw: equal steps, `null` where a step holds no sample. */
export const queryResultSchema = z.object({
  /** Seconds between two entries of `ts`. */
  step_s: z.number().positive(),
  /** Since when the subject is watched, seconds since the epoch: steps before it are no gaps, there was nobody to ask. */
  since: z.number(),
  /** Start of each step, seconds since the epoch, ascending. */
  ts: z.array(z.number()),
  series: z.array(
    z.object({
      ...seriesFields,
      avg: z.array(z.number().nullable()),
      min: z.array(z.number().nullable()),
      max: z.array(z.number().nullable()),
      /** Newest value of each step; only when asked for. */
      last: z.array(z.number().nullable()).optional(),
    }),
  ),
});
export type QueryResult = z.infer<typeof queryResultSchema>;

const rangeSchema = z.object({
  /** Seconds since the epoch; `to` is not part of the range. */
  from: z.number(),
  to: z.number(),
});
const stepValuesSchema = z.object({
  avg: z.array(z.number().nullable()),
  min: z.array(z.number().nullable()),
  max: z.array(z.number().nullable()),
});
const rangeSummarySchema = z.object({
  /** Mean of all samples of the range, each counted once; null where there is none. */
  avg: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});

/** Two ranges of equal length laid over each other from their starts; `null` where a step holds no sample. */
export const comparisonSchema = z.object({
  /** Seconds between two entries of `offsets`. */
  step_s: z.number().positive(),
  a: rangeSchema,
  b: rangeSchema,
  /** Start of each step, seconds since the start of its range, ascending from 0. */
  offsets: z.array(z.number()),
  /** Since when the subject is watched, seconds since the epoch. */
  since: z.number(),
  /** Every series that has a place in the store, each once, in the order of the selectors. */
  series: z.array(
    z.object({
      ...seriesFields,
      a: stepValuesSchema,
      b: stepValuesSchema,
      summary: z.object({
        a: rangeSummarySchema,
        b: rangeSummarySchema,
        /** Change of the mean from `b` to `a` in percent of `b`; null where either is unknown or `b` is 0. */
        change_percent: z.number().nullable(),
      }),
    }),
  ),
});
export type Comparison = z.infer<typeof comparisonSchema>;
