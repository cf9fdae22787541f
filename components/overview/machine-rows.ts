// The rows of the overview's small tables, from the newest values of this machine. Pure.

/** Newest values of a server: probe → what it gave. */
export type Latest = Record<string, { data: unknown }>;

export interface FileSystem {
  mount: string;
  usedBytes: number | null;
  /** What an ordinary user may still write. */
  freeBytes: number | null;
  totalBytes: number | null;
  percent: number | null;
}

export interface DiskRow {
  device: string;
  readPerSec: number | null;
  writePerSec: number | null;
  busyPercent: number | null;
}

export interface InterfaceRow {
  name: string;
  receivedPerSec: number | null;
  sentPerSec: number | null;
  /** Both ways, since boot. */
  errors: number | null;
}

export interface DatabaseRow {
  name: string;
  sizeBytes: number | null;
  transactionsPerSec: number | null;
  /** Since the reading before. */
  cacheHitPercent: number | null;
}

const MOST_ROWS = 5;

/** The fullest first; of unknown usage last. */
export function fileSystemRows(latest: Latest): FileSystem[] {
  const rows = thingsOf(latest, "disk", "partitions").map(([mount, fields]) => ({
    mount,
    usedBytes: numberOf(fields.used_bytes),
    freeBytes: numberOf(fields.available_bytes),
    totalBytes: numberOf(fields.total_bytes),
    percent: numberOf(fields.usage_percent),
  }));
  return most(rows, ({ percent }) => percent);
}

/** The busiest first. */
export function diskRows(latest: Latest): DiskRow[] {
  const rows = thingsOf(latest, "disk", "devices").map(([device, fields]) => ({
    device,
    readPerSec: numberOf(fields.read_bytes_per_sec),
    writePerSec: numberOf(fields.write_bytes_per_sec),
    busyPercent: numberOf(fields.utilisation_percent),
  }));
  return most(rows, ({ busyPercent }) => busyPercent);
}

/** Without the loopback, the busiest first. */
export function interfaceRows(latest: Latest): InterfaceRow[] {
  const rows = thingsOf(latest, "network", "interfaces")
    .filter(([name]) => name !== "lo")
    .map(([name, fields]) => ({
      name,
      receivedPerSec: numberOf(fields.bytes_recv_per_sec),
      sentPerSec: numberOf(fields.bytes_sent_per_sec),
      errors: sum(numberOf(fields.errors_in), numberOf(fields.errors_out)),
    }));
  return most(rows, ({ receivedPerSec, sentPerSec }) => sum(receivedPerSec, sentPerSec));
}

/** The largest first; sizes come from a slower probe than the rest. */
export function databaseRows(latest: Latest): DatabaseRow[] {
  const sizes = new Map(rowsOf(latest, "sizes").map(({ labels, values }) => [labels.database, values.size_bytes]));
  // One row is of all together.
  const each = rowsOf(latest, "databases").filter(({ labels }) => labels.database !== undefined);
  const rows = each.map(({ labels, values }) => ({
    name: labels.database ?? "",
    sizeBytes: numberOf(sizes.get(labels.database)),
    transactionsPerSec: sum(numberOf(values.commits_per_sec), numberOf(values.rollbacks_per_sec)),
    cacheHitPercent: numberOf(values.cache_hit_percent),
  }));
  return most(rows, ({ sizeBytes }) => sizeBytes);
}

interface ProbeRow {
  labels: Record<string, string>;
  values: Record<string, unknown>;
}

/** The rows of a PostgreSQL probe, or of Dozor's own. */
export function rowsOf(latest: Latest, probe: string): ProbeRow[] {
  const { rows } = (latest[probe]?.data ?? {}) as { rows?: ProbeRow[] };
  return rows ?? [];
}

/** Named things of a host snapshot: `devices{name → fields}`. */
function thingsOf(latest: Latest, probe: string, place: string): [string, Record<string, unknown>][] {
  const snapshot = (latest[probe]?.data ?? {}) as Record<string, Record<string, Record<string, unknown>> | null>;
  return Object.entries(snapshot[place] ?? {});
}

function most<Row>(rows: Row[], by: (row: Row) => number | null): Row[] {
  return rows.toSorted((a, b) => (by(b) ?? -1) - (by(a) ?? -1)).slice(0, MOST_ROWS);
}

export function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
