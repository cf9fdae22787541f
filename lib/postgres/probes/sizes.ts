// How large each database is: pg_database_size reads every file's size, so one database at a time, on a connection of its own.
import { ProbeError, type SqlRow, type SqlSession } from "../../probe";
import type { Reasons } from "../../reasons";
import { sqlStateOf } from "../failure";
import { defineProbe } from "../probe";
import { limitStatements } from "../session";

const LIMIT_MS = 600_000;

// The size may be read with CONNECT on the database, or by a member of pg_read_all_stats (pg_monitor is one).
const LIST = `SELECT d.oid, d.datname AS database,
  pg_catalog.has_database_privilege(d.oid, 'CONNECT') OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS allowed
FROM pg_catalog.pg_database d WHERE d.datallowconn AND NOT d.datistemplate ORDER BY d.datname`;

const SIZE = "SELECT pg_catalog.pg_database_size($1::pg_catalog.oid) AS size_bytes";

const REASONS = {
  permission: "Dozor's role may not read it: grant it pg_monitor, or CONNECT on the database",
  no_database: "The database was dropped meanwhile",
  timeout: `It took longer than ${LIMIT_MS / 1000} s to measure`,
} satisfies Reasons;

/** SQLSTATE of pg_database_size for an oid that is gone, by version: 42704 or 3D000. */
const UNDEFINED_OBJECT = "42704";

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof ProbeError)) return undefined;
  if (sqlStateOf(error.cause) === UNDEFINED_OBJECT) return REASONS.no_database;
  return Object.entries(REASONS).find(([code]) => code === error.code)?.[1];
}

/** The size of one database, or why it cannot be had; a lost connection is thrown. */
async function sizeOf(session: SqlSession, oid: unknown): Promise<SqlRow> {
  try {
    const [row] = await session.query(SIZE, [oid]);
    const size = row?.size_bytes ?? null;
    return { size_bytes: size, unavailable: size === null ? REASONS.no_database : null };
  } catch (error) {
    const reason = reasonOf(error);
    if (!reason) throw error;
    return { size_bytes: null, unavailable: reason };
  }
}

async function ask(session: SqlSession): Promise<SqlRow[]> {
  await limitStatements(session, LIMIT_MS);
  const rows: SqlRow[] = [];
  for (const { oid, database, allowed } of await session.query(LIST)) {
    const size = allowed ? await sizeOf(session, oid) : { size_bytes: null, unavailable: REASONS.permission };
    rows.push({ database, ...size });
  }
  return rows;
}

export const sizes = defineProbe({
  name: "sizes",
  facet: "postgres",
  interval: "size_update_interval",
  timeoutMs: 3_600_000,
  ownConnection: true,
  labels: ["database"],
  sql: { 10: LIST },
  ask,
  metrics: {
    size_bytes: { kind: "gauge", unit: "bytes", help: "Disk space of the database, all of its forks and tablespaces" },
    all_bytes: { kind: "gauge", unit: "bytes", help: "Disk space of all databases whose size can be read" },
  },
  totals: { all_bytes: "size_bytes" },
});
