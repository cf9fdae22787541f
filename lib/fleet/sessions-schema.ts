// Sessions of a watched server as they are told live: one shape for the probe, the store, the API and the page.
import { z } from "zod";

/** How often a page may ask, in seconds. */
export const SESSION_INTERVALS = [1, 2, 5, 10] as const;
export type SessionInterval = (typeof SESSION_INTERVALS)[number];

/** Times as ISO 8601 in UTC, with the microseconds of the watched server. */
export const liveSessionSchema = z.object({
  pid: z.int(),
  /** With the pid it names this session and no later one. */
  backend_start: z.string().nullable(),
  usename: z.string().nullable(),
  datname: z.string().nullable(),
  application_name: z.string().nullable(),
  client_addr: z.string().nullable(),
  /** `client backend`, `parallel worker`, `walsender` …; null where Dozor's role may not see it. */
  backend_type: z.string().nullable(),
  /** The process it works for, if it is a parallel worker (13+). */
  leader_pid: z.int().nullable(),
  /** `active`, `idle` …; null where Dozor's role may not see it. */
  state: z.string().nullable(),
  wait_event_type: z.string().nullable(),
  wait_event: z.string().nullable(),
  xact_start: z.string().nullable(),
  query_start: z.string().nullable(),
  state_change: z.string().nullable(),
  /** Seconds at the time of the answer, by the watched server's clock, never negative; null without a transaction. */
  xact_age_s: z.number().nullable(),
  /** Of the statement that runs; for an idle session since its last one began. */
  query_age_s: z.number().nullable(),
  state_age_s: z.number().nullable(),
  /** Sessions that hold what it waits for; 0 is a prepared transaction. */
  blocked_by: z.array(z.int()),
  /** Cut to 2,000 characters; literals replaced for those who may not read them; null where Dozor's role may not. */
  query: z.string().nullable(),
  query_truncated: z.boolean(),
  /** A connection of Dozor itself to the watched server. */
  own: z.boolean(),
});
export type LiveSession = z.infer<typeof liveSessionSchema>;

export const liveSessionsSchema = z.object({
  server: z.string(),
  /** When the server was asked; null while no answer has come yet. */
  ts: z.iso.datetime().nullable(),
  /** What blocks and is blocked first, then active ones by age; at most 1,000. */
  sessions: z.array(liveSessionSchema),
  /** All that there are, also those that are not listed. */
  total: z.int(),
  /** Whether literals are replaced for this reader. */
  masked: z.boolean(),
  /** Whether this reader may end sessions here, and it is allowed at all. */
  can_end: z.boolean(),
  /** Why the newest asking failed, or what Dozor's role may not see. */
  trouble: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type LiveSessions = z.infer<typeof liveSessionsSchema>;

/** As clients of the older monitor know it. */
export const sessionStatsSchema = z.object({
  queries: z.array(liveSessionSchema),
  ...liveSessionsSchema.pick({ ts: true, trouble: true }).shape,
});
export type SessionStats = z.infer<typeof sessionStatsSchema>;

export const endVerbSchema = z.enum(["cancel", "terminate"]);
export type EndVerb = z.infer<typeof endVerbSchema>;

const MOMENT = "A time such as 2026-01-31T12:00:00.123456Z";
/** Later ones are written with more digits. */
const LAST_MS = Date.UTC(9999, 0);

export const endSessionInputSchema = z.strictObject({
  /** As it was told with the session. */
  backend_start: z.iso
    .datetime({ offset: true, error: MOMENT })
    .refine((time) => Date.parse(time) >= 0 && Date.parse(time) < LAST_MS, MOMENT),
  reason: z.string().trim().max(500, "At most 500 characters").optional(),
});
export type EndSessionInput = z.infer<typeof endSessionInputSchema>;

/**
 * `sent`: the signal was sent. Nothing was done otherwise: no such session any more, another one has its number, it is Dozor's
 * own, or it is no client's session but, for example, a parallel worker or autovacuum.
 */
export const endOutcomeSchema = z.enum(["sent", "gone", "reused", "own", "not_client"]);
export type EndOutcome = z.infer<typeof endOutcomeSchema>;
export const endSessionResultSchema = z.object({
  success: z.boolean(),
  outcome: endOutcomeSchema,
  message: z.string(),
});
export type EndSessionResult = z.infer<typeof endSessionResultSchema>;
