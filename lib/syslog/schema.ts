// What the system log looks like to people and API clients.
import { z } from "zod";
import { dayFilter } from "../day-filter";

export const LOG_LEVELS = ["error", "warning", "info"] as const;
/** The worst first. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `a,b` as a list; an empty text as none. */
const commaList = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .string()
    .max(500)
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(item));

const identity = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** The filters and the place in the list. */
export const logsFilterSchema = z.object({
  level: commaList(z.enum(LOG_LEVELS)).optional().describe("One or several of error, warning, info, by commas"),
  source: commaList(z.string().max(64)).optional().describe("One or several parts that speak, by commas"),
  server: z.string().max(64).optional().describe("Name of a watched server"),
  search: z.string().max(100).optional().describe("Text in message, source or server; % and _ stand for themselves"),
  ...dayFilter,
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  before: identity.optional().describe("Only entries older than the one with this id"),
  after: identity.optional().describe("Only newer ones than the one with this id: give `cursor` of the answer before"),
});
export type LogsFilter = z.output<typeof logsFilterSchema>;

export const logEntrySchema = z.object({
  id: z.int(),
  timestamp: z.iso.datetime(),
  level: z.enum(LOG_LEVELS),
  source: z.string(),
  server: z.string().nullable(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

export const logsSchema = z.object({
  items: z.array(logEntrySchema),
  total: z.int().describe("How many there are, counted up to 10,000"),
  total_is_exact: z.boolean(),
  limit: z.int(),
  offset: z.int(),
  cursor: z.int().describe("What to ask for by `after` to miss nothing; entries of the last 10 seconds come again"),
});
export type Logs = z.infer<typeof logsSchema>;

export const logStatsQuerySchema = z.object({
  tz: dayFilter.tz.describe("Whose today it is; by default the viewer's"),
});
export const logStatsSchema = z.object({ total: z.int(), errors_today: z.int(), warnings_today: z.int() });
export type LogStats = z.infer<typeof logStatsSchema>;
