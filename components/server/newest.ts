// The newest values of a server, as facts strip and tables show them. Pure.
import { asNumber, entriesAt, fieldOf, numberAt, rowsOf } from "./locate";

/** Probe → when and what. */
export type Probes = Readonly<Record<string, { ts: string; data: unknown }>>;

/** Of each probe the later values. Times are ISO 8601 UTC. */
export function newer(a: Probes, b: Probes): Probes {
  const later = Object.entries(b).filter(([probe, { ts }]) => ts >= (a[probe]?.ts ?? ""));
  return { ...a, ...Object.fromEntries(later) };
}

export interface FileSystem {
  mount: string;
  device: string;
  type: string;
  usedPercent: number | null;
  usedBytes: number | null;
  totalBytes: number | null;
  inodesPercent: number | null;
  /** Why nothing is known of it. */
  reason: string | undefined;
}

/** File systems, the fullest first; unknown ones last. */
export function fileSystems(probes: Probes): FileSystem[] {
  return entriesAt(probes.disk?.data, "partitions")
    .map(([mount, one]) => ({
      mount,
      device: text(one.device),
      type: text(one.fstype),
      usedPercent: asNumber(one.usage_percent),
      usedBytes: asNumber(one.used_bytes),
      totalBytes: asNumber(one.total_bytes),
      inodesPercent: share(asNumber(one.inodes_used), asNumber(one.inodes_total)),
      reason: unavailableReason(probes, "disk", `partitions.${mount}`),
    }))
    .sort((a, b) => (b.usedPercent ?? -1) - (a.usedPercent ?? -1) || (a.mount < b.mount ? -1 : 1));
}

export interface NetworkInterface {
  name: string;
  loopback: boolean;
  up: boolean | null;
  speedMbps: number | null;
  receivedPerSecond: number | null;
  sentPerSecond: number | null;
  errors: number | null;
}

/** Interfaces, the busiest first, loopback last. */
export function networkInterfaces(probes: Probes): NetworkInterface[] {
  const traffic = ({ receivedPerSecond, sentPerSecond }: NetworkInterface) =>
    (receivedPerSecond ?? 0) + (sentPerSecond ?? 0);
  return entriesAt(probes.network?.data, "interfaces")
    .map(([name, one]) => ({
      name,
      loopback: /^lo\d*$/.test(name),
      up: typeof one.up === "boolean" ? one.up : null,
      speedMbps: asNumber(one.speed_mbps),
      receivedPerSecond: asNumber(one.bytes_recv_per_sec),
      sentPerSecond: asNumber(one.bytes_sent_per_sec),
      errors: sum([one.errors_in, one.errors_out, one.drops_in, one.drops_out].map(asNumber)),
    }))
    .sort((a, b) => Number(a.loopback) - Number(b.loopback) || traffic(b) - traffic(a) || (a.name < b.name ? -1 : 1));
}

export interface HostNow {
  cpuPercent: number | null;
  memoryPercent: number | null;
  fullest: FileSystem | null;
  /** The slowest device's. */
  writeLatencyMs: number | null;
  /** Sent and received, without loopback. */
  networkBytesPerSecond: number | null;
}

export function hostNow(probes: Probes): HostNow {
  const latencies = entriesAt(probes.disk?.data, "devices").map(([, one]) => asNumber(one.write_latency_ms));
  const known = latencies.filter((value) => value !== null);
  const total = (name: string) => numberAt(probes.network?.data, ["totals", name]);
  return {
    cpuPercent: numberAt(probes.cpu?.data, ["usage_percent"]),
    memoryPercent: numberAt(probes.memory?.data, ["usage_percent"]),
    fullest: fileSystems(probes).find(({ usedPercent }) => usedPercent !== null) ?? null,
    writeLatencyMs: known.length > 0 ? Math.max(...known) : null,
    networkBytesPerSecond: sum([total("bytes_sent_per_sec"), total("bytes_recv_per_sec")]),
  };
}

export interface Database {
  name: string;
  connections: number | null;
  transactionsPerSecond: number | null;
  hitPercent: number | null;
  deadlocks: number | null;
  temporaryBytesPerSecond: number | null;
  sizeBytes: number | null;
}

/** Databases, the largest first. */
export function databases(probes: Probes): Database[] {
  const sizes = new Map(
    rowsOf(probes.sizes?.data).map((row) => [row.labels.database, asNumber(row.values.size_bytes)]),
  );
  return rowsOf(probes.databases?.data)
    .flatMap(({ labels, values }) => (labels.database === undefined ? [] : [{ name: labels.database, values }]))
    .map(({ name, values }) => ({
      name,
      connections: asNumber(values.connections),
      transactionsPerSecond: sum([values.commits_per_sec, values.rollbacks_per_sec].map(asNumber)),
      hitPercent: asNumber(values.cache_hit_percent),
      deadlocks: asNumber(values.deadlocks),
      temporaryBytesPerSecond: asNumber(values.temp_bytes_per_sec),
      sizeBytes: sizes.get(name) ?? null,
    }))
    .sort((a, b) => (b.sizeBytes ?? -1) - (a.sizeBytes ?? -1) || (a.name < b.name ? -1 : 1));
}

export interface PostgresNow {
  connections: number | null;
  connectionsPercent: number | null;
  maxConnections: number | null;
  transactionsPerSecond: number | null;
  hitPercent: number | null;
  sizeBytes: number | null;
  blockedSessions: number | null;
  oldestTransactionSeconds: number | null;
}

export function postgresNow(probes: Probes): PostgresNow {
  const total = (probe: string, name: string) =>
    asNumber(rowsOf(probes[probe]?.data).find(({ labels }) => Object.keys(labels).length === 0)?.values[name]);
  const over = (name: string) => sum(rowsOf(probes.databases?.data).map(({ values }) => asNumber(values[name])));
  const [hit, read] = [over("blocks_hit_per_sec"), over("blocks_read_per_sec")];
  return {
    connections: total("activity", "connections"),
    connectionsPercent: total("activity", "connections_percent"),
    maxConnections: total("instance", "max_connections"),
    transactionsPerSecond: sum([over("commits_per_sec"), over("rollbacks_per_sec")]),
    hitPercent: share(hit, sum([hit, read])),
    sizeBytes: sum(rowsOf(probes.sizes?.data).map(({ values }) => asNumber(values.size_bytes))),
    blockedSessions: total("activity", "blocked_sessions"),
    oldestTransactionSeconds: total("activity", "oldest_transaction_seconds"),
  };
}

/** Why a probe has no value, as the collector wrote it beside the values, by metric or place. */
export function unavailableReason(probes: Probes, probe: string, metric: string): string | undefined {
  const reason = fieldOf(fieldOf(probes[probe]?.data, "unavailable"), metric);
  return typeof reason === "string" ? reason : undefined;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Of what is known; null where nothing is. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((all, value) => all + value, 0);
}

const share = (part: number | null, whole: number | null): number | null =>
  part === null || whole === null || whole <= 0 ? null : (part / whole) * 100;
