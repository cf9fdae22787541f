// Cancels what a session runs, or ends it: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
import { ProbeError, type SqlSession } from "../probe";
import { sqlStateOf } from "./failure";

/** Who the session belonged to, and what was done to it. */
export interface EndedSession {
  /**
   * `sent`: the signal was sent. Nothing was done otherwise: the session is gone, its number is another one's now, it is
   * Dozor's own, or it is no client's (a parallel worker, autovacuum).
   */
  outcome: "sent" | "gone" | "reused" | "own" | "not_client";
  usename: string | null;
  datname: string | null;
  /** `client backend`, `parallel worker` …; null where there is no session. */
  backend_type: string | null;
}

export interface EndRequest {
  verb: "cancel" | "terminate";
  pid: number;
  /** ISO 8601 with all microseconds that the server told. */
  backendStart: string;
}

// Who is who is decided in the row that is signalled, and nothing lies between. A worker's leader is what can be ended;
// background processes would come again. The subquery's CASE is the only way to the function.
const signal = (name: string) => `SELECT usename::text, datname::text, backend_type, verdict,
  CASE WHEN verdict = 'sent' THEN pg_catalog.${name}(pid) END AS signalled
FROM (SELECT pid, usename, datname, backend_type, CASE
    WHEN backend_start IS NULL THEN 'hidden'
    WHEN backend_start <> $2::timestamptz THEN 'reused'
    WHEN pid = pg_catalog.pg_backend_pid() OR application_name = 'dozor' AND usename = current_user THEN 'own'
    WHEN backend_type IN ('client backend', 'walsender') THEN 'sent'
    ELSE 'not_client' END AS verdict
  FROM pg_catalog.pg_stat_activity WHERE pid = $1::int) AS found`;

const STATEMENTS: Readonly<Record<EndRequest["verb"], string>> = {
  cancel: signal("pg_cancel_backend"),
  terminate: signal("pg_terminate_backend"),
};

const HIDDEN =
  "Dozor's role does not see when this session began, so a later one with the same number could be hit: grant it pg_monitor (or pg_read_all_stats)";
const REFUSED =
  "PostgreSQL does not let Dozor's role do this: grant it pg_signal_backend; the sessions of superusers take a superuser";

const NOT_ALLOWED = "42501";

/** The same refusal, with what helps. */
function explained(error: unknown): unknown {
  if (!(error instanceof ProbeError) || sqlStateOf(error.cause) !== NOT_ALLOWED) return error;
  return new ProbeError("permission", REFUSED, { cause: error.cause });
}

const textOf = (value: unknown): string | null =>
  typeof value === "string" ? value.slice(0, 128).replaceAll("\0", "").toWellFormed() : null;

const VERDICTS: readonly unknown[] = ["sent", "reused", "own", "not_client"] satisfies EndedSession["outcome"][];

/**
 * Asks the server to cancel the query of a session, or to end it, if that session is still the one that began then.
 * @throws ProbeError permission where Dozor's role may not, else as the connection fails
 */
export async function endSession(session: SqlSession, { verb, pid, backendStart }: EndRequest): Promise<EndedSession> {
  const rows = await session.query(STATEMENTS[verb], [pid, backendStart]).catch((error: unknown) => {
    throw explained(error);
  });
  const [row] = rows;
  if (!row) return { outcome: "gone", usename: null, datname: null, backend_type: null };
  if (row.verdict === "hidden") throw new ProbeError("permission", HIDDEN);
  if (!VERDICTS.includes(row.verdict)) throw new ProbeError("protocol", "The server's answer makes no sense");
  // It ended between being seen and being signalled.
  const outcome = row.verdict === "sent" && row.signalled !== true ? "gone" : (row.verdict as EndedSession["outcome"]);
  const who = { usename: textOf(row.usename), datname: textOf(row.datname), backend_type: textOf(row.backend_type) };
  return { outcome, ...who };
}
