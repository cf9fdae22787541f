// One server of the list from its rows: configuration, probe state, newest values. Pure.
import type { ServerSummary } from "./schema";
import { deriveSsh, deriveStatus, type ProbeRun } from "./status";

/** Whether a probe is asked: what others told, while the server had that side, stays until it is cleared away. */
export const isAsked =
  ({ host_kind, pg_host }: Pick<ServerRow, "host_kind" | "pg_host">) =>
  ({ facet }: ProbeRun): boolean =>
    (facet === "host" || pg_host !== null) && ((facet !== "host" && facet !== "storage") || host_kind !== null);

/** PostgreSQL has seven, and short versions; every list of servers carries them. */
const MOST_STATES = 16;
const LONGEST_VERSION = 64;

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
  pg_database: string | null;
  pg_sslmode: string | null;
  ssh_host: string | null;
  ssh_port: number | null;
  ssh_user: string | null;
  ssh_auth_type: string | null;
  ssh_key_id: number | null;
  has_ssh_password: boolean;
  has_ssh_key_passphrase: boolean;
  intervals: Record<string, number | null>;
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
  /** Of the file system with the data directory, as the storage probe found it. */
  storage?:
    | { total_bytes?: number | null; available_bytes?: number | null; used_percent?: number | null }
    | null
    | undefined;
  /** By mount point. */
  partitions?: Record<string, FileSystem> | null | undefined;
  cpu?: number | null | undefined;
  memory?: number | null | undefined;
  /** When a machine without PostgreSQL was started, ISO 8601. */
  host_facts?: string | null | undefined;
}

/** Put together for people: what is not known is null, never 0. */
export function toSummary(server: ServerRow, latest: LatestValues, now: number): ServerSummary {
  const { enabled, host_kind } = server;
  const probes = server.probes.filter(isAsked(server));
  const status = deriveStatus({ enabled, probes, hasPostgres: server.pg_host !== null, now });
  const ssh = host_kind === "ssh" ? deriveSsh({ enabled, probes, now }) : null;
  const hasMachine = host_kind !== null;
  const told = server.pg_host === null ? machineOf(latest, now) : instanceOf(latest.instance);
  // Spread into one literal, so many fields would take a tenth of a millisecond.
  return Object.assign(identityOf(server), told, hasMachine ? diskOf(server, latest) : NO_DISK, {
    connections: server.pg_host === null ? {} : connectionsOf(latest.activity),
    cpu_percent: hasMachine ? (latest.cpu ?? null) : null,
    memory_percent: hasMachine ? (latest.memory ?? null) : null,
    status: status.status,
    reason: status.reason,
    message: status.message,
    checked_at: stamp(status.checkedAt),
    last_success_at: stamp(status.lastSuccessAt),
    ssh: ssh && {
      status: ssh.status,
      reason: ssh.reason,
      message: ssh.message,
      checked_at: stamp(ssh.checkedAt),
      last_success_at: stamp(ssh.lastSuccessAt),
    },
  });
}

function identityOf(server: ServerRow) {
  return {
    id: server.id,
    name: server.name,
    host: server.pg_host,
    port: server.pg_host === null ? null : (server.pg_port ?? 5432),
    user: server.pg_user,
    database: server.pg_database,
    sslmode: server.pg_sslmode,
    ssh_host: server.ssh_host,
    ssh_user: server.ssh_user,
    ssh_port: server.ssh_user === null ? null : (server.ssh_port ?? 22),
    ssh_auth_type: server.ssh_auth_type,
    ssh_key_id: server.ssh_key_id,
    has_password: server.has_password,
    has_ssh_password: server.has_ssh_password,
    has_ssh_key_passphrase: server.has_ssh_key_passphrase,
    host_kind: server.host_kind,
    has_postgres: server.pg_host !== null,
    enabled: server.enabled,
    labels: server.labels,
    intervals: Object.fromEntries(
      Object.entries(server.intervals).filter((entry): entry is [string, number] => entry[1] !== null),
    ),
  };
}

function instanceOf(instance: LatestRows | undefined) {
  const values = instance?.rows[0]?.values ?? {};
  const inRecovery = values.in_recovery ?? null;
  return {
    version: textOf(instance?.facts?.version)?.slice(0, LONGEST_VERSION) ?? null,
    data_dir: textOf(instance?.facts?.data_directory),
    max_connections: values.max_connections ?? null,
    /** Over all databases. */
    transactions_per_sec: values.transactions_per_sec ?? null,
    in_recovery: inRecovery === null ? null : inRecovery !== 0,
    ...uptimeOf(values.uptime_seconds ?? null),
  };
}

/** What of PostgreSQL is told of a machine without one: nothing, and how long it runs. */
function machineOf({ host_facts: booted }: LatestValues, now: number) {
  const seconds = booted == null ? Number.NaN : (now - Date.parse(booted)) / 1000;
  return { ...instanceOf(undefined), ...uptimeOf(seconds >= 0 ? seconds : null) };
}

function uptimeOf(seconds: number | null) {
  return {
    uptime_hours: seconds === null ? null : Math.round(seconds / 36) / 100,
    uptime_seconds: seconds === null ? null : Math.round(seconds),
  };
}

/** Sessions by state, over all databases and users. */
function connectionsOf(activity: LatestRows | undefined): Record<string, number> {
  const states = new Map<string, number>();
  for (const { labels, values } of activity?.rows ?? []) {
    const sessions = values.sessions;
    if (labels.state === undefined || sessions == null) continue;
    if (states.size >= MOST_STATES && !states.has(labels.state)) continue;
    states.set(labels.state, (states.get(labels.state) ?? 0) + sessions);
  }
  return Object.fromEntries(states);
}

const NO_DISK = { free_space: null, total_space: null, disk_percent: null };

/**
 * Space of the file system that holds the data directory, or of the root where that is not known; of a machine without
 * PostgreSQL, of its fullest one.
 */
function diskOf({ pg_host }: ServerRow, { instance, partitions, storage }: LatestValues) {
  if (pg_host === null) return spaceOf(fullestOf(Object.values(partitions ?? {})));
  if (storage)
    return {
      free_space: storage.available_bytes ?? null,
      total_space: storage.total_bytes ?? null,
      disk_percent: storage.used_percent ?? null,
    };
  const directory = textOf(instance?.facts?.data_directory) ?? "/";
  return spaceOf(partitions?.[mountOf(directory, Object.keys(partitions)) ?? "/"]);
}

const fullestOf = (all: readonly FileSystem[]): FileSystem | undefined =>
  all.toSorted((a, b) => (b.usage_percent ?? -1) - (a.usage_percent ?? -1))[0];

function spaceOf(found: FileSystem | undefined) {
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
