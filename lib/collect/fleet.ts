// The collector's view of the configuration: enabled servers and running watch leases.
import { performance } from "node:perf_hooks";
import { pool } from "../db";
import type { CollectedServer, Watch } from "./plan";

interface ServerRow {
  id: number;
  name: string;
  host_kind: "local" | null;
  pg_host: string | null;
  pg_port: number | null;
  pg_user: string | null;
  pg_password: string | null;
  pg_database: string | null;
  pg_sslmode: string | null;
  pg_ca: string | null;
}

function toServer(row: ServerRow): CollectedServer {
  const postgres = row.pg_host && {
    host: row.pg_host,
    port: row.pg_port ?? 5432,
    user: row.pg_user ?? "postgres",
    password: row.pg_password,
    database: row.pg_database ?? "postgres",
    sslmode: row.pg_sslmode ?? "prefer",
    ca: row.pg_ca,
  };
  return { id: row.id, name: row.name, hostKind: row.host_kind, postgres: postgres || null };
}

/** Servers that are to be watched, by id. */
export async function enabledServers(): Promise<CollectedServer[]> {
  const { rows } = await pool().query<ServerRow>(
    `SELECT id, name, host_kind, pg_host, pg_port, pg_user, pg_password, pg_database, pg_sslmode, pg_ca
     FROM servers WHERE enabled ORDER BY id`,
  );
  return rows.map(toServer);
}

/** A watch lease; `until` by this process's monotonic clock (ms), since the database's clock may differ from ours. */
export type RunningWatch = Watch & { until: number };

/** Watch leases that have not run out. */
export async function runningWatches(): Promise<RunningWatch[]> {
  const asked = performance.now();
  const { rows } = await pool().query<{ subject: number; kind: string; interval_seconds: number; left_ms: number }>(
    `SELECT subject, kind, interval_seconds, (1000 * extract(epoch FROM until - now()))::float8 AS left_ms
     FROM watch WHERE until > now()`,
  );
  return rows.map((row) => ({
    subject: row.subject,
    kind: row.kind,
    intervalSeconds: row.interval_seconds,
    until: asked + row.left_ms,
  }));
}
