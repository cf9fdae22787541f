// The newest samples of databases: as the collector left them, or else from history, so that they outlive a target that is down.
import { pool } from "../db";
import { readRaw } from "../metrics/read";
import { CONNECTIONS, SIZE } from "./server-history-read";

interface Rows {
  rows: { labels: Record<string, string>; values: Record<string, number | null> }[];
  /** `commits`: by name, where a server counts from its last reset on. */
  facts?: { commits?: Record<string, number> };
}

/** One metric of each database, by name, and when it was read (ms since the epoch). */
export interface Newest {
  at: number | null;
  values: ReadonlyMap<string, number>;
}

export interface NewestOfDatabases {
  connections: Newest;
  sizes: Newest;
  /** Cumulative, as the server counts them; known only from the newest reading. */
  commits: Newest;
}

const NOTHING: Newest = { at: null, values: new Map() };
/** A reading's tick bears the time at which it was due. */
const MINUTE_MS = 60_000;

/** Of all databases that have a series of their own, and the rest together as one. */
export async function newestOfDatabases(subject: number, now: number): Promise<NewestOfDatabases> {
  const { rows } = await pool().query<{ kind: string; ts: Date; data: Rows }>(
    "SELECT kind, ts, data FROM latest WHERE subject = $1 AND kind IN ('databases', 'sizes')",
    [subject],
  );
  const latest = (kind: string, valuesIn: (data: Rows) => Newest["values"]): Newest => {
    const row = rows.find((one) => one.kind === kind);
    return row ? { at: row.ts.getTime(), values: valuesIn(row.data) } : NOTHING;
  };
  const orStored = async (newest: Newest, metric: string) =>
    newest.at === null ? storedNewest({ subject, metric, to: now + MINUTE_MS }) : newest;
  return {
    connections: await orStored(latest("databases", byDatabase("connections")), CONNECTIONS),
    sizes: await orStored(latest("sizes", byDatabase("size_bytes")), SIZE),
    commits: latest("databases", ({ facts }) => new Map(Object.entries(facts?.commits ?? {}))),
  };
}

interface Stored {
  subject: number;
  metric: string;
  labels?: Record<string, string>;
  /** ms since the epoch; the newest sample before it is meant. */
  to: number;
}

/** The newest sample that is stored, of each database that has one at that time. */
export async function storedNewest({ subject, metric, labels, to }: Stored): Promise<Newest> {
  const read = await readRaw({ subject, selectors: [labels ? { metric, labels } : { metric }], from: 0, to, limit: 1 });
  const [at] = read.ts;
  if (at === undefined) return NOTHING;
  const values = read.series.flatMap(({ labels: { database, oid }, values: [value] }) =>
    database === undefined || (oid !== undefined && !labels) || value == null ? [] : [[database, value] as const],
  );
  return { at: Math.round(at * 1_000), values: new Map(values) };
}

const byDatabase =
  (name: string) =>
  ({ rows }: Rows): Map<string, number> => {
    const values = rows.flatMap(({ labels: { database }, values: found }) => {
      const value = found[name];
      return database === undefined || value == null ? [] : [[database, value] as const];
    });
    return new Map(values);
  };
