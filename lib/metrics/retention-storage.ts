// What history takes on disk, and what it would take at other resolutions: measured on a few of its rows.
import type pg from "pg";
import { pool } from "../db";
import type { Block } from "./block";
import { decodeHour, HOUR_MS } from "./hour";
import { createPace } from "./pace";
import { type ReducedStep, reduceSamples } from "./reduce";
import { decodeColumns, encodeReduced } from "./reduce-block";
import { session } from "./transaction";

export interface StoredHistory {
  /** All tables of history with their indexes. */
  bytes: number;
  /** Start of the oldest stored hour and time of the newest sample (of a sealed one: the end of its hour), ms; null: none. */
  oldest: number | null;
  newest: number | null;
}

/** What one hour of all that is collected takes, bytes on disk by resolution. 0 where nothing was sealed lately. */
export interface StorageRates {
  fullBytesPerHour: number;
  reducedBytesPerHour: Record<"5s" | "1m" | "5m", number>;
  hourlyBytesPerHour: number;
  samplesPerHour: number;
}

/** Per row: header, item pointer, ids, index entry; and per 2 kB kept out of line: the same, with its index. */
const ROW_BYTES = 72;
const CHUNK_BYTES = 1_996;
const CHUNK_OVERHEAD_BYTES = 72;
const onDisk = (offs: number, data: number): number =>
  ROW_BYTES + 4 * offs + data + CHUNK_OVERHEAD_BYTES * Math.ceil(data / CHUNK_BYTES);

/** Size and span of what is stored: catalogs and the ends of indexes, no scan. */
export async function storedHistory(): Promise<StoredHistory> {
  const { rows } = await pool().query<{
    bytes: string;
    oldest: number | null;
    newest: number | null;
    head: string | null;
  }>(
    `SELECT (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c
         LEFT JOIN pg_inherits ON inhrelid = c.oid
         WHERE c.oid IN ('sample_head'::regclass, 'sample_day'::regclass)
           OR inhparent IN ('sample_data'::regclass, 'sample_reduced'::regclass, 'sample_hour'::regclass)) AS bytes,
       min(least(d.first, r.first, h.first, (head.first / $1)::int)) AS oldest,
       max(greatest(d.last, r.last, h.last)) AS newest, max(head.last) AS head
     FROM series_set s
       ${["sample_data d", "sample_reduced r", "sample_hour h"]
         .map((table) => {
           const [name, alias] = table.split(" ");
           return `LEFT JOIN LATERAL (${endsOf(name ?? "", "hour")}) ${alias} ON true`;
         })
         .join("\n")}
       LEFT JOIN LATERAL (${endsOf("sample_head", "ts")}) head ON true`,
    [HOUR_MS],
  );
  const [{ bytes, oldest, newest, head } = { bytes: "0", oldest: null, newest: null, head: null }] = rows;
  const sealed = newest === null ? null : (newest + 1) * HOUR_MS;
  return {
    bytes: Number(bytes),
    oldest: oldest === null ? null : oldest * HOUR_MS,
    newest: head === null ? sealed : Math.max(Number(head), sealed ?? 0),
  };
}

/** One step into the index at either end. */
const endsOf = (table: string, column: string): string => `
  SELECT (SELECT ${column} FROM ${table} WHERE set_id = s.id ORDER BY ${column} LIMIT 1) AS first,
    (SELECT ${column} FROM ${table} WHERE set_id = s.id ORDER BY ${column} DESC LIMIT 1) AS last`;

/** Hours looked at, and rows reduced for the sake of measuring: about a second of work with breaths in between. */
const WINDOW_HOURS = 24;
const MEASURED_ROWS = 12;
const STEPS = { "5s": 5, "1m": 60, "5m": 300 } as const satisfies Record<string, ReducedStep>;

/**
 * Measures the latest day of sealed hours: sizes of all its rows, and of some that are spread over all parts what they
 * come to when reduced.
 */
export async function storageRates(): Promise<StorageRates> {
  const { all, some } = await session(async (client) => ({
    all: await weighAll(client),
    some: await drawSome(client),
  }));
  const measured = await measureRows(some);
  // What the measured rows have in proportion to their size, all have.
  const full = all.rows * ROW_BYTES + 4 * all.offs + all.data + CHUNK_OVERHEAD_BYTES * all.chunks;
  const perHour = (bytes: number) => (measured.bytes === 0 ? 0 : (bytes * full) / measured.bytes / (all.hours || 1));
  return {
    fullBytesPerHour: perHour(measured.bytes),
    hourlyBytesPerHour: all.hours === 0 ? 0 : (all.rows * ROW_BYTES + all.agg) / all.hours,
    samplesPerHour: perHour(measured.samples),
    reducedBytesPerHour: {
      "5s": perHour(measured.reduced["5s"]),
      "1m": perHour(measured.reduced["1m"]),
      "5m": perHour(measured.reduced["5m"]),
    },
  };
}

type Weights = Record<"hours" | "rows" | "offs" | "data" | "agg" | "chunks", number>;

/** Lengths alone: what lies out of line is not read for them. */
async function weighAll(client: pg.ClientBase): Promise<Weights> {
  const { rows } = await client.query<Weights>(
    `${LATEST} SELECT count(DISTINCT hour)::int AS hours, count(*)::int AS rows,
       coalesce(sum(cardinality(offs)), 0)::float8 AS offs, coalesce(sum(length(data)), 0)::float8 AS data,
       coalesce(sum(length(agg)), 0)::float8 AS agg,
       coalesce(sum(ceil(length(data) / ${CHUNK_BYTES}.0)), 0)::float8 AS chunks
     FROM latest JOIN sample_data USING (set_id, hour) JOIN sample_hour USING (set_id, hour)`,
    [WINDOW_HOURS],
  );
  return rows[0] ?? { hours: 0, rows: 0, offs: 0, data: 0, agg: 0, chunks: 0 };
}

async function drawSome(client: pg.ClientBase): Promise<(Block & { agg: Buffer })[]> {
  const { rows } = await client.query<Block & { agg: Buffer }>(
    `${LATEST} SELECT offs, data, agg
     FROM latest JOIN sample_data USING (set_id, hour) JOIN sample_hour USING (set_id, hour)
     ORDER BY md5(set_id || ' ' || hour) LIMIT ${MEASURED_ROWS}`,
    [WINDOW_HOURS],
  );
  return rows;
}

/** Parts and hours of the latest day in which something was sealed. */
const LATEST = `
  WITH newest AS (
    SELECT max(hour) AS hour FROM series_set,
      LATERAL (SELECT hour FROM sample_data WHERE set_id = id ORDER BY hour DESC LIMIT 1) last
  ), latest AS (
    SELECT set_id, d.hour FROM newest, series_set,
      LATERAL (SELECT set_id, hour FROM sample_data
        WHERE set_id = id AND sample_data.hour > newest.hour - $1 AND sample_data.hour <= newest.hour) d
  )`;

async function measureRows(rows: readonly (Block & { agg: Buffer })[]) {
  const total = { bytes: 0, samples: 0, reduced: { "5s": 0, "1m": 0, "5m": 0 } };
  const pace = createPace();
  for (const row of rows) {
    total.bytes += onDisk(row.offs.length, row.data.length);
    for (const { n } of decodeHour(row.agg)) total.samples += n;
    const { times, columns } = await decodeColumns(row, pace);
    for (const [name, step] of Object.entries(STEPS) as [keyof typeof STEPS, ReducedStep][]) {
      const { offs, data } = await encodeReduced(reduceSamples(times, columns, step), pace);
      total.reduced[name] += onDisk(offs.length, data.length);
    }
  }
  return total;
}
