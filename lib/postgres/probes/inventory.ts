// Which databases there are, and how far each is from transaction id wraparound: https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND
import { type MetricDefinition, ProbeError, type SqlRow, type SqlSession } from "../../probe";
import { roundTo } from "../../rate";
import { inTheirWords, type Reason } from "../../reasons";
import { DATABASES, LISTED, OTHERS, shortName, togetherAs } from "../bounds";
import { defineProbe } from "../probe";

// Templates too: their oldest ids hold the server back as well. A negative limit is none, or a database half dropped.
const LIST = `SELECT d.datname AS database, d.oid, d.datname AS name, pg_catalog.pg_get_userbyid(d.datdba) AS owner,
  pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datistemplate AS is_template, d.datallowconn AS allow_connections,
  pg_catalog.age(d.datfrozenxid) AS xid_age, pg_catalog.mxid_age(d.datminmxid) AS mxid_age,
  CASE WHEN d.datconnlimit >= 0 THEN d.datconnlimit END AS connection_limit,
  CASE WHEN pg_catalog.current_setting('server_version_num')::int < 110000
    THEN (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
    ELSE pg_catalog.has_function_privilege('pg_catalog.pg_stat_file(text,boolean)', 'EXECUTE') END AS may_stat, current_user AS role,
  pg_catalog.pg_is_in_recovery() AS standby
FROM pg_catalog.pg_database d ORDER BY d.oid`;

// The file is written with the database and never again (a restored backup has the time of its restoring). Its folder in a tablespace is named after the server's catalog version.
const CREATED = `SELECT d.oid, (pg_catalog.pg_stat_file(CASE WHEN t.spcname = 'pg_default' THEN 'base' ELSE
    pg_catalog.concat('pg_tblspc/', t.oid, '/PG_', v.number / 10000, '_', c.catalog_version_no)
  END || '/' || d.oid || '/PG_VERSION', true)).modification AS created_at
FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace,
  pg_catalog.pg_control_system() c, (SELECT pg_catalog.current_setting('server_version_num')::int AS number) v`;

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Why creation times are not even asked for, or null. */
function reasonAgainst(version: number, { standby, may_stat, role }: SqlRow): Reason | null {
  if (standby === true) return "A standby's files have the times at which they were copied; its primary knows";
  if (may_stat === true) return null;
  if (version < 11) return "PostgreSQL 10 tells it to superusers only";
  return `Dozor's role may not read it: GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text, boolean) TO ${identifier(String(role))}`;
}

/** Times by oid, or why there are none; a lost connection is thrown. */
async function creationTimes(
  session: SqlSession,
  asked: SqlRow,
): Promise<{ times: Map<unknown, unknown>; reason: Reason | null }> {
  const against = reasonAgainst(session.version, asked);
  if (against) return { times: new Map(), reason: against };
  try {
    const rows = await session.query(CREATED);
    return { times: new Map(rows.map((row) => [row.oid, row.created_at])), reason: null };
  } catch (error) {
    if (!(error instanceof ProbeError) || !["sql", "permission"].includes(error.code)) throw error;
    return { times: new Map(), reason: `The server does not tell it: ${error.message}` };
  }
}

const AGES = ["xid_age", "mxid_age"];

/** The worst of those that have no series of their own. */
function others(rest: readonly SqlRow[]): SqlRow[] {
  const [like] = rest;
  if (!like) return [];
  const nothing = Object.fromEntries(Object.keys(like).map((name) => [name, null]));
  const worst = AGES.map((name) => [name, Math.max(...rest.map((row) => Number(row[name])))]);
  return [{ ...nothing, ...Object.fromEntries(worst), database: OTHERS }];
}

const withoutSeries = (row: SqlRow): SqlRow => ({
  ...row,
  database: null,
  xid_age: null,
  mxid_age: null,
  connection_limit: null,
});

async function ask(session: SqlSession): Promise<SqlRow[]> {
  const found = await session.query(LIST);
  const { times, reason } = await creationTimes(session, found[0] ?? {});
  const rows = found.map(
    ({ may_stat, role, standby, ...row }): SqlRow => ({
      ...row,
      created_at: times.get(row.oid) ?? null,
      created_at_reason: reason,
    }),
  );
  const rest = rows.slice(DATABASES);
  return [...rows.slice(0, DATABASES), ...rest.map(withoutSeries), ...others(rest)];
}

const FACTS = ["oid", "name", "owner", "encoding", "created_at", "is_template", "allow_connections"];

/** Ids are compared in a circle of 2^32, so that nothing may be older than half of it. */
const percentOf = (age: number | null | undefined) => (age == null ? null : roundTo((100 * age) / 2 ** 31, 3));

const gauge = (unit: MetricDefinition["unit"], help: string): MetricDefinition => ({ kind: "gauge", unit, help });

export const inventory = defineProbe({
  name: "inventory",
  facet: "postgres",
  interval: "db_check_interval",
  timeoutMs: 15_000,
  labels: ["database"],
  sql: { 10: LIST },
  ask,
  metrics: {
    xid_age: gauge("count", "Transactions since the oldest one that the database still has to tell apart"),
    mxid_age: gauge("count", "Multixact ids since the oldest one that the database still refers to"),
    xid_wraparound_percent: gauge("percent", "Age of the oldest transaction id in percent of what is possible"),
    mxid_wraparound_percent: gauge("percent", "Age of the oldest multixact id in percent of what is possible"),
    connection_limit: gauge("count", "Connections that the database allows; none where it has no limit of its own"),
  },
  derived: {
    xid_wraparound_percent: ({ xid_age }) => percentOf(xid_age),
    mxid_wraparound_percent: ({ mxid_age }) => percentOf(mxid_age),
  },
  whenNull: { connection_limit: "No database has a limit of its own" },
  gather: {
    columns: [...FACTS, "created_at_reason"],
    from(rows) {
      const databases = rows
        .filter((row) => row.oid != null)
        .slice(0, LISTED)
        .map((row) => Object.fromEntries(FACTS.map((name) => [name, shortName(row[name] ?? null)])));
      const reason = rows.find((row) => row.created_at_reason != null)?.created_at_reason;
      return {
        facts: { databases },
        unavailable: {
          ...(typeof reason === "string" && { created_at: inTheirWords(reason) }),
          ...(databases.length > DATABASES && { database: togetherAs(DATABASES, "databases") }),
        },
      };
    },
  },
});
