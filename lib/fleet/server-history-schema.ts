// What clients of the earlier Python monitor ask of a server's history, and get.
import { z } from "zod";
import { dayRange } from "../time";

/** A date (its midnight), a time (in UTC where it names no zone), or seconds since the epoch; gives ms since the epoch. */
const dateSchema = z.string().transform((text, context) => {
  const time = text.length > 64 ? null : dayRange({ date_from: text, tz: "UTC" }).from;
  if (time) return time.getTime();
  context.addIssue("must be a date or time such as 2026-01-31, 2026-01-31T10:00:00 or 2026-01-31T10:00:00+02:00");
  return z.NEVER;
});

export const historyDatesSchema = z.object({ start_date: dateSchema.optional(), end_date: dateSchema.optional() });

/** Which of several databases that had a name in turn; by default the one that has it now, or else had it last. */
export const databaseOidSchema = z.object({ oid: z.coerce.number().int().min(1).max(4_294_967_295).optional() });

/** What stands for the samples of a row: the first four by the length of the range, any other where they would be too many rows. */
export const AGGREGATIONS = ["raw", "hour", "4hour", "day", "minute", "5minute", "week", "4week"] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

const moment = z.iso.datetime();
/** Means of a step, so that they need not be whole. */
const connections = z.number().nullable();

const historyFields = {
  /** Of the newest sample, however old; null before the first. */
  last_stat_update: moment.nullable(),
  aggregation: z.enum(AGGREGATIONS),
  /** Seconds of a row, or of the coarsest steps in which older history is kept; 0 where all rows are samples. */
  step_seconds: z.number(),
  start_date: moment,
  end_date: moment,
} as const;

/** GB and MB are those of the earlier monitor, 1024³ and 1024² bytes, with two decimals. Unknown is null. */
export const serverHistorySchema = z.object({
  ...historyFields,
  /** Server processes connected to databases in the newest sample. */
  total_connections: z.int().nullable(),
  total_size_gb: z.number().nullable(),
  /** By name; those that were dropped as long as their history is kept. */
  databases: z.array(
    z.object({
      name: z.string(),
      oid: z.int(),
      exists: z.boolean(),
      creation_time: moment.nullable(),
      dropped_at: moment.nullable(),
    }),
  ),
  connection_timeline: z.array(
    z.object({
      ts: moment,
      datname: z.string(),
      /** Only of a database whose name another one has had since. */
      oid: z.string().optional(),
      connections,
      /** As measured last, unless that is more than two measurements ago. */
      size_gb: z.number().nullable(),
    }),
  ),
});
export type ServerHistory = z.infer<typeof serverHistorySchema>;

const databaseFields = {
  name: z.string(),
  oid: z.int(),
  exists: z.boolean(),
  creation_time: moment.nullable(),
} as const;

export const databaseNowSchema = z.object({
  ...databaseFields,
  dropped_at: moment.nullable(),
  owner: z.string().nullable(),
  encoding: z.string().nullable(),
  size_mb: z.number().nullable(),
  /** When the size was measured. */
  size_update: moment.nullable(),
  connections: z.int().nullable(),
  /** Transactions committed since the server's statistics of the database were reset last. */
  commits: z.number().nullable(),
  last_update: moment.nullable(),
});
export type DatabaseNow = z.infer<typeof databaseNowSchema>;

export const databaseHistorySchema = z.object({
  ...databaseFields,
  ...historyFields,
  /** Of the newest sample. */
  total_connections: z.int().nullable(),
  total_size_mb: z.number().nullable(),
  /** Made in the range, as far as samples tell; null where none does. */
  total_commits: z.int().nullable(),
  max_connections: z.number().nullable(),
  min_connections: z.number().nullable(),
  timeline: z.array(z.object({ ts: moment, connections, size_mb: z.number().nullable(), commits: z.int().nullable() })),
});
export type DatabaseHistory = z.infer<typeof databaseHistorySchema>;
