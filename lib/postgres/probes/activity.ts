// Who is connected and what they do: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
import type { MetricDefinition } from "../../probe";
import { defineProbe } from "../probe";

// Client backends, once. A role without pg_read_all_stats sees of others only database, user and application: those count as `hidden`.
const CLIENTS = `me AS (SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all),
clients AS (
  SELECT coalesce(a.state, CASE WHEN me.sees_all THEN 'starting' ELSE 'hidden' END) AS state,
    coalesce(a.wait_event_type, 'none') AS wait_event_type, a.datname, a.usename, a.xact_start, a.query_start, a.state_change,
    a.application_name = 'dozor' AND a.usename = current_user AS own
  FROM pg_catalog.pg_stat_activity a, me
  WHERE a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.usesysid IS NOT NULL AND a.datid IS NOT NULL
),
others AS (SELECT * FROM clients WHERE NOT own)`;

// Zero is told where it is certain, so that a line runs on at 0 instead of breaking off.
const BY_STATE = `SELECT state, NULL AS wait_event_type, NULL AS database, NULL AS "user",
  pg_catalog.count(o.own) AS sessions, NULL::int8 AS active_sessions, NULL::int8 AS database_sessions, NULL::int8 AS user_sessions,
  NULL::int8 AS connections, NULL::float8 AS connections_percent, NULL::int8 AS blocked_sessions,
  NULL::float8 AS oldest_transaction_seconds, NULL::float8 AS oldest_idle_in_transaction_seconds, NULL::float8 AS longest_query_seconds,
  NULL::int8 AS state_sessions, NULL::float8 AS state_transaction_seconds
FROM (VALUES ('active'), ('idle'), ('idle in transaction'), ('idle in transaction (aborted)')) AS known (state)
FULL JOIN others o USING (state), me
GROUP BY state, sees_all HAVING sees_all OR pg_catalog.count(o.own) > 0`;

const BY_WAIT = `SELECT NULL, wait_event_type, NULL, NULL, NULL, pg_catalog.count(o.own), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM (VALUES ('none'), ('BufferPin'), ('Client'), ('Extension'), ('IO'), ('IPC'), ('Lock'), ('LWLock'), ('Timeout')) AS known (wait_event_type)
FULL JOIN (SELECT * FROM others WHERE state = 'active') o USING (wait_event_type), me
GROUP BY wait_event_type, sees_all HAVING sees_all`;

// The 20 with most sessions by name, the rest together: labels stay bounded.
const topOf = (
  name: string,
  all: string,
) => `SELECT CASE WHEN place <= 20 THEN name ELSE '(others)' END AS name, pg_catalog.sum(sessions)::int8 AS sessions
FROM (SELECT name, coalesce(sessions, 0) AS sessions, pg_catalog.row_number() OVER (ORDER BY coalesce(sessions, 0) DESC, name) AS place
  FROM (SELECT ${name} AS name, pg_catalog.count(*) AS sessions FROM others WHERE ${name} IS NOT NULL GROUP BY 1) present
  FULL JOIN (${all}) known USING (name)) ranked
GROUP BY 1`;

const DATABASES = "SELECT datname AS name FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate";
const USERS = "SELECT rolname AS name FROM pg_catalog.pg_roles WHERE rolcanlogin";

const BY_DATABASE = `SELECT NULL, NULL, name::text, NULL, NULL, NULL, sessions, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM (${topOf("datname", DATABASES)}) top`;

const BY_USER = `SELECT NULL, NULL, NULL, name::text, NULL, NULL, NULL, sessions, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM (${topOf("usename", USERS)}) top`;

const age = (since: string, condition: string) => `coalesce(greatest(0, pg_catalog.round(
    extract(epoch FROM pg_catalog.now() - pg_catalog.min(${since}) FILTER (WHERE ${condition}))::numeric, 1)), 0)::float8`;

const TOTALS = `SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, pg_catalog.count(*),
  pg_catalog.round(100.0 * pg_catalog.count(*) / pg_catalog.current_setting('max_connections')::numeric, 2)::float8,
  CASE WHEN sees_all THEN pg_catalog.count(*) FILTER (WHERE NOT own AND wait_event_type = 'Lock') END,
  CASE WHEN sees_all THEN ${age("xact_start", "NOT own")} END,
  CASE WHEN sees_all THEN ${age("state_change", "NOT own AND state LIKE 'idle in transaction%'")} END,
  CASE WHEN sees_all THEN ${age("query_start", "NOT own AND state = 'active'")} END, NULL, NULL
FROM me LEFT JOIN clients ON true GROUP BY sees_all`;

// No series, only for /metrics, which asks for both at once; no more rows than sessions.
const BY_DATABASE_AND_STATE = `(SELECT state, NULL, datname::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  pg_catalog.count(*), ${age("xact_start", "true")}
FROM others WHERE datname IS NOT NULL AND state NOT IN ('hidden', 'starting')
GROUP BY state, datname ORDER BY pg_catalog.count(*) DESC, datname, state LIMIT 2000)`;

const count = (help: string): MetricDefinition => ({ kind: "gauge", unit: "count", help });
const seconds = (help: string): MetricDefinition => ({ kind: "gauge", unit: "s", help });

export const BLIND =
  "Dozor's role does not see what other users' sessions do: grant it pg_monitor (or pg_read_all_stats)";

export const activity = defineProbe({
  name: "activity",
  facet: "postgres",
  interval: "collect_interval",
  timeoutMs: 12_000,
  labels: ["state", "wait_event_type", "database", "user"],
  sql: {
    10: `WITH ${CLIENTS}\n${[BY_STATE, BY_WAIT, BY_DATABASE, BY_USER, BY_DATABASE_AND_STATE, TOTALS].join("\nUNION ALL\n")}`,
  },
  metrics: {
    sessions: count("Client sessions by state, Dozor's own left out; `hidden` where its role may not see the state"),
    active_sessions: count(
      "Sessions executing a statement by what they wait for, Dozor's own left out; `none`: not waiting",
    ),
    database_sessions: count("Client sessions by database, Dozor's own left out; the 20 busiest, the rest as (others)"),
    user_sessions: count("Client sessions by user, Dozor's own left out; the 20 busiest, the rest as (others)"),
    connections: count("Client connections in any state, Dozor's own included"),
    connections_percent: { kind: "gauge", unit: "percent", help: "Client connections in percent of max_connections" },
    blocked_sessions: count("Sessions waiting for a lock that another one holds, Dozor's own left out"),
    oldest_transaction_seconds: seconds(
      "Age of the oldest open transaction of a client, Dozor's own left out; 0 without one",
    ),
    oldest_idle_in_transaction_seconds: seconds(
      "Longest time that a session has been idle in a transaction; 0 without one",
    ),
    longest_query_seconds: seconds(
      "Age of the oldest running statement of a client, Dozor's own left out; 0 without one",
    ),
  },
  exposes: ["state_sessions", "state_transaction_seconds"],
  // The row of totals counts them all, and knows more only of those that the role may see.
  lacking: (rows) =>
    rows.some((row) => row.connections != null && row.blocked_sessions == null)
      ? { code: "permission", message: BLIND }
      : null,
  whenNull: {
    active_sessions: BLIND,
    blocked_sessions: BLIND,
    oldest_transaction_seconds: BLIND,
    oldest_idle_in_transaction_seconds: BLIND,
    longest_query_seconds: BLIND,
  },
});
