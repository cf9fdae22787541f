// What the analysis of a server's databases says, and by which criteria: one shape for the verb, the API, the file and the page.
import { z } from "zod";

/** In the order in which they are checked. */
export const VERDICTS = ["insufficient", "static", "inactive", "low", "active"] as const;
export const verdictSchema = z.enum(VERDICTS);
export type Verdict = z.infer<typeof verdictSchema>;

/** The ranges of the settings `analysis_static_days`, `analysis_inactive_days` and `analysis_low_connections`. */
export const criteriaSchema = z.strictObject({
  static_days: z.int("A whole number of days").min(1, "From 1 to 90 days").max(90, "From 1 to 90 days"),
  inactive_days: z.int("A whole number of days").min(1, "From 1 to 365 days").max(365, "From 1 to 365 days"),
  low_connections: z.int("A whole number").min(1, "From 1 to 20 connections").max(20, "From 1 to 20 connections"),
});
export type Criteria = z.infer<typeof criteriaSchema>;

/** What a verdict follows from, for sentences in the reader's language. Numbers of days are floored to one decimal. */
export const reasonSchema = z.object({
  code: z.enum([
    /** `days` of history are stored, `needed` are. */
    "short_history",
    /** History broke off for more than a day, and nothing tells what happened meanwhile: `days` are known since, `needed` are. */
    "gap",
    /** `connections` stood still for `days`. */
    "unchanged",
    /** Nobody for `days`. */
    "unused",
    /** `average` over 7 days. */
    "few_connections",
    /** Was used within the criteria: last seen `days` ago (null where only counters tell of it), `average` connections. */
    "in_use",
  ]),
  days: z.number().nullable(),
  needed: z.number().nullable(),
  connections: z.number().nullable(),
  average: z.number().nullable(),
});
export type VerdictReason = z.infer<typeof reasonSchema>;

export const databaseVerdictSchema = z.object({
  oid: z.number(),
  name: z.string(),
  exists: z.boolean(),
  dropped_at: z.iso.datetime().nullable(),
  owner: z.string().nullable(),
  created_at: z.iso.datetime().nullable(),
  verdict: verdictSchema,
  reason: reasonSchema,
  /** The reason as an English sentence. */
  explanation: z.string(),
  /** Before version 14 a server does not count sessions: seen sessions and written rows stand in for them. */
  estimate: z.boolean(),
  /** Newest values; null where there is none. Connections are clients other than Dozor. */
  connections: z.number().nullable(),
  size_bytes: z.number().nullable(),
  /** Average of the last 7 days. */
  average_connections: z.number().nullable(),
  /**
   * When a foreign session was seen or counted last, to the hour, within the last 366 days of stored history. Of the
   * database that Dozor connects to only what was seen counts, since sessions are counted with Dozor's own.
   */
  last_used_at: z.iso.datetime().nullable(),
  /** How far back its stored history reaches; to the hour where it is not kept more finely. */
  history_since: z.iso.datetime().nullable(),
});
export type DatabaseVerdict = z.infer<typeof databaseVerdictSchema>;

export const analysisSchema = z.object({
  server: z.string(),
  analysed_at: z.iso.datetime(),
  criteria: criteriaSchema,
  /** Existing databases by verdict: how many, and their bytes together (null where no size is known). */
  summary: z.record(verdictSchema, z.object({ count: z.int(), size_bytes: z.number().nullable() })),
  /** Existing ones by name; templates and those that take no connections are left out. */
  databases: z.array(databaseVerdictSchema),
});
export type Analysis = z.infer<typeof analysisSchema>;
