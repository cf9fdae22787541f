// The collector's view of the configuration: enabled servers and running watch leases.
import { performance } from "node:perf_hooks";
import { pool } from "../db";
import { ownIntervals } from "../settings/overrides";
import type { CollectedServer, OwnIntervals, SshAddress, TargetAddress, Watch } from "./plan";

interface ServerRow {
  id: number;
  name: string;
  host_kind: "local" | "ssh" | null;
  pg_host: string | null;
  pg_port: number | null;
  pg_user: string | null;
  pg_password: string | null;
  pg_database: string | null;
  pg_sslmode: string | null;
  pg_ca: string | null;
  ssh_host: string | null;
  ssh_port: number | null;
  ssh_user: string | null;
  ssh_auth_type: "password" | "key" | null;
  ssh_password: string | null;
  ssh_key_id: number | null;
  ssh_key_passphrase: string | null;
  ssh_host_keys: string[];
  key_changed_at: string | null;
  intervals: OwnIntervals;
}

function postgresOf(row: ServerRow): TargetAddress | null {
  if (!row.pg_host) return null;
  return {
    host: row.pg_host,
    port: row.pg_port ?? 5432,
    user: row.pg_user ?? "postgres",
    password: row.pg_password,
    database: row.pg_database ?? "postgres",
    sslmode: row.pg_sslmode ?? "prefer",
    ca: row.pg_ca,
  };
}

function sshOf(row: ServerRow): SshAddress | null {
  // A socket is a way to this machine, and says nothing of another one's address.
  const host = row.ssh_host ?? (row.pg_host?.startsWith("/") ? "localhost" : row.pg_host);
  if (row.host_kind !== "ssh" || !host || !row.ssh_user) return null;
  const auth: SshAddress["auth"] =
    row.ssh_auth_type === "key" && row.ssh_key_id !== null
      ? {
          type: "key",
          keyId: row.ssh_key_id,
          changedAt: row.key_changed_at ?? "",
          passphrase: row.ssh_key_passphrase,
        }
      : { type: "password", password: row.ssh_password };
  return { host, port: row.ssh_port ?? 22, user: row.ssh_user, auth, hostKeys: row.ssh_host_keys };
}

const toServer = (row: ServerRow): CollectedServer => ({
  id: row.id,
  name: row.name,
  hostKind: row.host_kind,
  postgres: postgresOf(row),
  ssh: sshOf(row),
  intervals: ownIntervals(row.intervals),
});

/** Servers that are to be watched, by id. */
export async function enabledServers(): Promise<CollectedServer[]> {
  const { rows } = await pool().query<ServerRow>(
    `SELECT s.id, s.name, host_kind, pg_host, pg_port, pg_user, pg_password, pg_database, pg_sslmode, pg_ca,
       ssh_host, ssh_port, ssh_user, ssh_auth_type, ssh_password, ssh_key_id, ssh_key_passphrase, ssh_host_keys,
       k.updated_at::text AS key_changed_at, intervals
     FROM servers s LEFT JOIN ssh_keys k ON k.id = s.ssh_key_id WHERE enabled ORDER BY s.id`,
  );
  return rows.map(toServer);
}

/** When each probe of these servers last told something that can still be seen: `subject:probe` → ms since the epoch. */
export async function lastTold(servers: readonly number[]): Promise<Map<string, number>> {
  if (servers.length === 0) return new Map();
  const { rows } = await pool().query<{ key: string; at: number }>(
    `SELECT p.subject || ':' || p.probe AS key, (1000 * extract(epoch FROM p.last_run_at))::float8 AS at
     FROM probe_state p JOIN latest l ON l.subject = p.subject AND l.kind = p.probe
     WHERE p.subject = ANY($1) AND p.outcome = 'ok' AND p.last_run_at IS NOT NULL`,
    [servers],
  );
  return new Map(rows.map(({ key, at }) => [key, at]));
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
