// Who is connected at this moment, what each does and whom it waits for, while somebody looks:
// https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
import type { SqlRow } from "../../probe";
import { defineProbe } from "../probe";
import { BLIND } from "./activity";

const MOST_SESSIONS = 1_000;
/** Finding who blocks a session stops the lock manager for a moment, so it is done for those that wait longest. */
const MOST_WAITING = 200;
const MOST_BLOCKERS = 100;
const MOST_QUERY = 2_000;
/** A character has four bytes at most. */
const MOST_QUERY_BYTES = 4 * MOST_QUERY;
const MOST_NAME = 256;
/** All texts of one answer together; those behind them are cut to little. */
const MOST_TEXT = 1_000_000;
const LITTLE_TEXT = 200;
/** Blockers that are not listed. Whoever draws the waits has to look at each. */
const MOST_UNLISTED = 1_000;
/** A century in seconds. */
const MOST_AGE = 3_155_760_000;

// `greatest` passes over NULL.
const age = (since: string) => `CASE WHEN ${since} IS NOT NULL THEN pg_catalog.round(greatest(0,
    extract(epoch FROM pg_catalog.statement_timestamp() - ${since}))::numeric, 3)::float8 END`;

// `left` looks at characters, and refuses texts of databases in another encoding: bytes are cut here, characters by us.
const sqlWith = (
  leader: string,
) => `WITH me AS (SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all),
seen AS (
  SELECT a.*, ${leader} AS leader, a.application_name = 'dozor' AND a.usename = current_user AS own,
    a.backend_type IN ('client backend', 'parallel worker', 'walsender')
      OR a.backend_type IS NULL AND a.usesysid IS NOT NULL AND a.datid IS NOT NULL AS foreground
  FROM pg_catalog.pg_stat_activity a
),
waiting AS (
  SELECT pid, pg_catalog.pg_blocking_pids(pid) AS blockers
  FROM (SELECT pid FROM seen WHERE wait_event_type = 'Lock' ORDER BY state_change, pid LIMIT ${MOST_WAITING}) AS longest
),
blocking AS (SELECT DISTINCT pg_catalog.unnest(blockers) AS pid FROM waiting),
listed AS (
  SELECT s.*, w.blockers, coalesce(pg_catalog.cardinality(w.blockers) > 0, false) OR b.pid IS NOT NULL AS involved
  FROM seen s LEFT JOIN waiting w ON w.pid = s.pid LEFT JOIN blocking b ON b.pid = s.pid
  WHERE s.foreground OR pg_catalog.cardinality(w.blockers) > 0 OR b.pid IS NOT NULL
)
SELECT pid, backend_start, usename::text AS usename, datname::text AS datname, application_name,
  pg_catalog.host(client_addr) AS client_addr, backend_type, leader AS leader_pid, state, wait_event_type, wait_event,
  xact_start, query_start, state_change,
  ${age("xact_start")} AS xact_age_s, ${age("query_start")} AS query_age_s, ${age("state_change")} AS state_age_s,
  pg_catalog.array_to_string(blockers[1:${MOST_BLOCKERS}], ',') AS blocked_by,
  CASE WHEN backend_type IS NOT NULL THEN pg_catalog.encode(
    pg_catalog.substr(pg_catalog.textsend(query), 1, ${MOST_QUERY_BYTES}), 'hex') END AS query,
  pg_catalog.octet_length(query) AS query_bytes,
  pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size')) AS most_query_bytes,
  coalesce(own, false) AS own, sees_all, pg_catalog.count(*) OVER () AS total
FROM listed, me
ORDER BY involved DESC, coalesce(own, false), coalesce(state = 'active', false) DESC,
  coalesce(state LIKE 'idle in transaction%', false) DESC, coalesce(CASE WHEN state = 'active' THEN query_start ELSE state_change END, backend_start), pid
LIMIT ${MOST_SESSIONS}`;

const SQL_10 = sqlWith("NULL::int4");
const SQL_13 = sqlWith("a.leader_pid");

/** Without halves of characters, which our database does not store. */
const wellFormed = (text: string, most: number): string =>
  text
    .slice(0, most)
    .replaceAll("\0", "")
    .replace(/[\ud800-\udbff]$/, "")
    .toWellFormed();

const textOf = (value: unknown): string | null => (typeof value === "string" ? wellFormed(value, MOST_NAME) : null);
/** What is no time would stop who formats it. */
const timeOf = (value: unknown): string | null => {
  const text = textOf(value);
  return text !== null && Number.isFinite(Date.parse(text)) ? text : null;
};
const ageOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? Math.min(Math.max(0, value), MOST_AGE) : null;
const countOf = (value: unknown): number =>
  typeof value === "number" && value >= 0 && value <= 2 ** 31 ? Math.floor(value) : 0;
const processOf = (value: unknown): number | null =>
  Number.isSafeInteger(value) && Math.abs(value as number) <= 2 ** 31 ? (value as number) : null;

/** Each once, in the order in which they are told; 0 is a prepared transaction. */
function blockersOf(value: unknown): number[] {
  if (typeof value !== "string" || value === "") return [];
  const told = value.split(",", MOST_BLOCKERS).map((pid) => processOf(Number(pid)));
  return [...new Set(told.filter((pid) => pid !== null))];
}

function queryOf({ query, query_bytes: bytes, most_query_bytes: most }: SqlRow, room: number) {
  if (typeof query !== "string") return { query: null, query_truncated: false };
  const whole = Buffer.from(query, "hex").toString("utf8");
  const text = wellFormed(whole, room);
  // The server keeps so many bytes of a text, and never part of a character.
  const cutThere = typeof bytes === "number" && typeof most === "number" && bytes > most - 5;
  return {
    query: text,
    query_truncated: cutThere || whole.length > room || (typeof bytes === "number" && bytes > MOST_QUERY_BYTES),
  };
}

function sessionOf(row: SqlRow, room: number) {
  return {
    pid: processOf(row.pid) ?? 0,
    backend_start: timeOf(row.backend_start),
    usename: textOf(row.usename),
    datname: textOf(row.datname),
    application_name: textOf(row.application_name),
    client_addr: textOf(row.client_addr),
    backend_type: textOf(row.backend_type),
    leader_pid: processOf(row.leader_pid),
    state: textOf(row.state),
    wait_event_type: textOf(row.wait_event_type),
    wait_event: textOf(row.wait_event),
    xact_start: timeOf(row.xact_start),
    query_start: timeOf(row.query_start),
    state_change: timeOf(row.state_change),
    xact_age_s: ageOf(row.xact_age_s),
    query_age_s: ageOf(row.query_age_s),
    state_age_s: ageOf(row.state_age_s),
    blocked_by: blockersOf(row.blocked_by),
    ...queryOf(row, room),
    own: row.own === true,
  };
}

function sessionsOf(rows: readonly SqlRow[]) {
  let left = MOST_TEXT;
  const named = new Map(rows.filter(({ pid }) => (processOf(pid) ?? 0) > 0).map((row) => [row.pid, row]));
  const sessions = [...named.values()].slice(0, MOST_SESSIONS).map((row) => {
    const session = sessionOf(row, left > 0 ? MOST_QUERY : LITTLE_TEXT);
    left -= session.query?.length ?? 0;
    return session;
  });
  return withFewBlockers(sessions);
}

/** No more waits than were asked for: a server that makes them up must not keep browsers busy. */
function withFewBlockers(sessions: ReturnType<typeof sessionOf>[]) {
  const listed = new Set(sessions.map(({ pid }) => pid));
  const unlisted = new Set<number>();
  const isTold = (pid: number) =>
    listed.has(pid) || unlisted.has(pid) || (unlisted.size < MOST_UNLISTED && unlisted.add(pid).has(pid));
  let waiting = 0;
  return sessions.map((session) => {
    if (session.blocked_by.length > 0) waiting += 1;
    return { ...session, blocked_by: waiting > MOST_WAITING ? [] : session.blocked_by.filter(isTold) };
  });
}

/** Its answer is no series: see `facts.sessions` and `facts.total`. */
export const sessions = defineProbe({
  name: "sessions",
  facet: "postgres",
  interval: "collect_interval",
  timeoutMs: 12_000,
  labels: [],
  metrics: {},
  sql: { 10: SQL_10, 13: SQL_13 },
  gather: {
    columns: [],
    from: (rows) => ({
      facts: { sessions: sessionsOf(rows), total: Math.max(rows.length, countOf(rows[0]?.total)) },
    }),
  },
  lacking: (rows) => (rows.some(({ sees_all }) => sees_all === false) ? { code: "permission", message: BLIND } : null),
});
