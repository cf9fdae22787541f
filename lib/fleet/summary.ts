// One server of the list from its rows: configuration, probe state, newest values. Pure.
import type { ServerSummary } from "./schema";
import { deriveStatus, type ProbeRun } from "./status";

/** A server as it is configured, with how its probes fared. */
export interface ServerRow {
  id: number;
  name: string;
  enabled: boolean;
  labels: Record<string, string>;
  host_kind: string | null;
  pg_host: string | null;
  pg_port: number | null;
  pg_user: string | null;
  has_password: boolean;
  probes: ProbeRun[];
}

/** What a PostgreSQL probe's latest row holds. */
export interface LatestRows {
  rows: { labels: Record<string, string>; values: Record<string, number | null> }[];
  facts?: Record<string, unknown>;
}

/** One file system of the disk probe's snapshot. */
export interface FileSystem {
  total_bytes: number | null;
  available_bytes: number | null;
  usage_percent: number | null;
}

/** Newest values by kind; absent where nothing was collected. */
export interface LatestValues {
  instance?: LatestRows | undefined;
  activity?: LatestRows | undefined;
  /** Sum over all databases. */
  transactionsPerSec?: number | null | undefined;
  /** By mount point. */
  partitions?: Record<string, FileSystem> | null | undefined;
}

/** Put together for people: what is not known is null, never 0. */
export function toSummary(server: ServerRow, latest: LatestValues, now: number): ServerSummary {
  const status = deriveStatus({ ...server, hasPostgres: server.pg_host !== null, now });
  return {
    ...identityOf(server),
    ...instanceOf(latest.instance),
    ...diskOf(latest),
    connections: connectionsOf(latest.activity),
    transactions_per_sec: latest.transactionsPerSec ?? null,
    status: status.status,
    reason: status.reason,
    message: status.message,
    checked_at: stamp(status.checkedAt),
    last_success_at: stamp(status.lastSuccessAt),
  };
}

function identityOf(server: ServerRow) {
  return {
    id: server.id,
    name: server.name,
    host: server.pg_host,
    port: server.pg_host === null ? null : (server.pg_port ?? 5432),
    user: server.pg_user,
    // Machines reached over SSH cannot be registered yet.
    ssh_user: null,
    ssh_port: null,
    ssh_auth_type: null,
    ssh_key_id: null,
    has_password: server.has_password,
    has_ssh_password: false,
    host_kind: server.host_kind,
    has_postgres: server.pg_host !== null,
    enabled: server.enabled,
    labels: server.labels,
  };
}

function instanceOf(instance: LatestRows | undefined) {
  const values = instance?.rows[0]?.values ?? {};
  const uptimeSeconds = values.uptime_seconds ?? null;
  const inRecovery = values.in_recovery ?? null;
  return {
    version: textOf(instance?.facts?.version),
    data_dir: textOf(instance?.facts?.data_directory),
    max_connections: values.max_connections ?? null,
    in_recovery: inRecovery === null ? null : inRecovery !== 0,
    uptime_hours: uptimeSeconds === null ? null : Math.round(uptimeSeconds / 36) / 100,
    uptime_seconds: uptimeSeconds === null ? null : Math.round(uptimeSeconds),
  };
}

/** Sessions by state, over all databases and users. */
function connectionsOf(activity: LatestRows | undefined): Record<string, number> {
  const states = new Map<string, number>();
  for (const { labels, values } of activity?.rows ?? []) {
    const sessions = values.sessions;
    if (labels.state === undefined || sessions == null) continue;
    states.set(labels.state, (states.get(labels.state) ?? 0) + sessions);
  }
  return Object.fromEntries(states);
}

/** Space of the file system that holds the data directory, or of the root where that is not known. */
function diskOf({ instance, partitions }: LatestValues) {
  const directory = textOf(instance?.facts?.data_directory) ?? "/";
  const found = partitions && (partitions[mountOf(directory, Object.keys(partitions)) ?? "/"] ?? null);
  return {
    free_space: found?.available_bytes ?? null,
    total_space: found?.total_bytes ?? null,
    disk_percent: found?.usage_percent ?? null,
  };
}

/** The mount point that holds a path: the longest one it begins with. */
export function mountOf(path: string, mounts: readonly string[]): string | null {
  const holds = (mount: string) => path === mount || path.startsWith(mount.endsWith("/") ? mount : `${mount}/`);
  return mounts.filter(holds).toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function stamp(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
