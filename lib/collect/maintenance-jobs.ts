// What is removed when it has outlived its use, and how often that is looked for; history has its own jobs.
import { trimActivity } from "../activity/retention";
import { maintainAudit } from "../audit/maintenance";
import { pool } from "../db";
import { probesOf } from "../metrics/catalog";
import { forgetSubjects } from "../metrics/forget";
import { forgetDatabases } from "../metrics/forget-databases";
import { settings } from "../settings/queries";
import { removeOldLogs } from "../syslog/retention";

export interface MaintenanceJob {
  name: string;
  every: "minute" | "hour" | "day";
  /** @param signal ends long work early; the next run goes on @returns rows removed */
  run(signal?: AbortSignal): Promise<number>;
}

async function deleted(statement: string, values: unknown[] = []): Promise<number> {
  return (await pool().query(statement, values)).rowCount ?? 0;
}

/**
 * State, and latest values, of probes that nobody asks any more: the server lost that side, or this version has no such probe.
 */
const forsakenStates = () =>
  deleted(
    `WITH gone AS (
       DELETE FROM probe_state p USING servers s WHERE s.id = p.subject AND (
         (s.host_kind IS NULL AND p.probe = ANY($1)) OR (s.pg_host IS NULL AND p.probe = ANY($2))
         OR ((s.host_kind IS NULL OR s.pg_host IS NULL) AND p.probe = ANY($3))
         OR (p.probe <> ALL($1 || $2 || $3) AND p.last_run_at < now() - interval '1 day'))
       RETURNING p.subject, p.probe
     ), shown AS (DELETE FROM latest l USING gone WHERE l.subject = gone.subject AND l.kind = gone.probe)
     SELECT FROM gone`,
    [probesOf("host"), [...probesOf("postgres"), ...probesOf("cost")], probesOf("storage")],
  );

/** Some gigabyte each: of very busy channels less is kept than is promised. Ids have no gaps to speak of, so that they count rows. */
const MOST_STREAM_EVENTS = 3_000_000;
const MOST_STREAM_PLAYS = 3_000_000;

/** Plays and days are kept as long as the coarsest history; the play that runs stays in any case. */
async function oldPlays(): Promise<number> {
  const { retention_months } = await settings();
  const months = [retention_months];
  const plays = `DELETE FROM stream_plays WHERE ended_at < now() - make_interval(months => $1)
    OR (ended_at IS NOT NULL AND id <= (SELECT max(id) FROM stream_plays) - ${MOST_STREAM_PLAYS})`;
  const days = "DELETE FROM stream_days WHERE day < (now() - make_interval(months => $1))::date";
  return (await deleted(plays, months)) + (await deleted(days, months));
}

/** One line per job. */
export const MAINTENANCE_JOBS: readonly MaintenanceJob[] = [
  { name: "probe_state", every: "minute", run: forsakenStates },
  { name: "activity_events", every: "minute", run: trimActivity },
  { name: "deleted_servers", every: "minute", run: forgetSubjects },
  {
    name: "latest",
    every: "hour",
    // Written by whoever had not heard yet that the server is gone.
    run: () => deleted("DELETE FROM latest WHERE NOT EXISTS (SELECT FROM subject WHERE id = latest.subject)"),
  },
  { name: "watch", every: "hour", run: () => deleted("DELETE FROM watch WHERE until < now() - interval '1 minute'") },
  {
    name: "session_requests",
    every: "hour",
    run: () => deleted("DELETE FROM session_request WHERE asked_at < now() - interval '1 hour'"),
  },
  {
    name: "live_sessions",
    every: "minute",
    // Left by a collector that ended all at once: they hold texts of queries.
    run: () =>
      deleted(`DELETE FROM live_sessions l WHERE NOT EXISTS (SELECT FROM watch w
        WHERE w.subject = l.subject AND w.kind = 'sessions' AND w.until > now() - interval '1 minute')`),
  },
  { name: "run", every: "hour", run: () => deleted("DELETE FROM run WHERE started_at < now() - interval '7 days'") },
  {
    name: "throttle",
    every: "hour",
    run: () => deleted("DELETE FROM throttle WHERE window_start < now() - interval '1 day'"),
  },
  {
    name: "idempotency",
    every: "hour",
    run: () => deleted("DELETE FROM idempotency WHERE created_at < now() - interval '1 day'"),
  },
  {
    name: "refresh_tokens",
    every: "hour",
    // The first token of a sign-in says when its 30 days end, so it stays longer than they last.
    run: () => deleted("DELETE FROM refresh_tokens WHERE expires_at < now() - interval '30 days'"),
  },
  {
    name: "stream_events",
    every: "minute",
    run: () =>
      deleted(
        `DELETE FROM stream_events WHERE received_at < now() - interval '7 days'
         OR id <= (SELECT max(id) FROM stream_events) - $1::bigint`,
        [MOST_STREAM_EVENTS],
      ),
  },
  {
    name: "stream_notices",
    every: "minute",
    run: () => deleted("DELETE FROM stream_notices WHERE created_at < now() - interval '1 hour'"),
  },
  {
    name: "stream_commands",
    every: "hour",
    run: () => deleted("DELETE FROM stream_commands WHERE created_at < now() - interval '30 days'"),
  },
  { name: "stream_plays", every: "hour", run: oldPlays },
  { name: "dropped_databases", every: "hour", run: forgetDatabases },
  { name: "audit_log", every: "hour", run: () => maintainAudit() },
  {
    name: "sessions",
    every: "day",
    run: () => deleted("DELETE FROM sessions WHERE expires_at < now() - interval '30 days'"),
  },
  { name: "system_log", every: "day", run: async () => removeOldLogs((await settings()).logs_retention_days) },
];
