// The durable write: what a tick gave goes into head rows, one statement for all of it.
import { pool } from "../db";
import { env } from "../env";
import type { Row } from "../probe";
import { type PlacedValue, placeValues } from "./slots";

/** What one probe gave about one subject. */
export interface SampleBatch {
  subject: number;
  probe: string;
  /** Milliseconds since the epoch, a whole number. */
  ts: number;
  /** Metric names without the probe's; null and absent both mean "no sample". */
  rows: Row[];
}

interface HeadRow {
  set: number;
  ts: number;
  /** By slot - 1; holes are no samples. */
  values: number[];
}

/** One statement carries at most this many values: cutting slices out of its array gets slower with its length. */
const VALUES_PER_STATEMENT = 8_192;
const LATEST_TS = Date.UTC(9999, 11, 31);

// Written again, a row gains what it lacked, and newer values win.
const INSERT = `INSERT INTO sample_head (set_id, ts, values)
SELECT set_id, ts, ($3::float8[])[first:last]
FROM unnest($1::int[], $2::bigint[], $4::int[], $5::int[]) AS row (set_id, ts, first, last)
ON CONFLICT (set_id, ts) DO UPDATE SET values = (
  SELECT array_agg(coalesce(newer, older) ORDER BY slot)
  FROM unnest(excluded.values, sample_head.values) WITH ORDINALITY AS both_rows (newer, older, slot))`;

/**
 * Stores samples; durable when it resolves. Writing the same samples again changes nothing.
 * @throws what PostgreSQL says; with code 22008 when a batch's time is no whole number of milliseconds before year 10000.
 *   Some of the batches may then be stored.
 */
export async function writeSamples(batches: readonly SampleBatch[]): Promise<void> {
  const rows = new Map<string, HeadRow>();
  for (const batch of batches) {
    checkTime(batch);
    putAll(rows, batch.ts, await placeValues(batch, batch.rows));
  }
  // Always in the same order: two processes that write the same rows cannot wait for each other in a circle.
  const sorted = [...rows.values()].sort((a, b) => a.set - b.set || a.ts - b.ts);
  for (let from = 0; from < sorted.length; ) {
    const statement = takeStatement(sorted, from);
    await insert(statement);
    from += statement.length;
  }
}

function checkTime({ ts, probe }: SampleBatch): void {
  if (Number.isSafeInteger(ts) && ts >= 0 && ts < LATEST_TS) return;
  throw Object.assign(new RangeError(`The time ${ts} of ${probe} is no time in milliseconds`), { code: "22008" });
}

/** Spreads one reading over the rows of its parts. */
function putAll(rows: Map<string, HeadRow>, ts: number, placed: readonly PlacedValue[]): void {
  let row: HeadRow | undefined;
  for (const { set, slot, value } of placed) {
    // Neighbours are in one part nearly always.
    if (row?.set !== set) row = rowOf(rows, { set, ts });
    row.values[slot - 1] = value;
  }
}

function rowOf(rows: Map<string, HeadRow>, { set, ts }: { set: number; ts: number }): HeadRow {
  const key = `${set}:${ts}`;
  const row = rows.get(key) ?? { set, ts, values: [] };
  rows.set(key, row);
  return row;
}

function takeStatement(rows: readonly HeadRow[], from: number): HeadRow[] {
  let values = 0;
  let to = from;
  while (to < rows.length && (to === from || values < VALUES_PER_STATEMENT)) values += rows[to++]?.values.length ?? 0;
  return rows.slice(from, to);
}

async function insert(rows: readonly HeadRow[]): Promise<void> {
  let end = 0;
  const ends = rows.map(({ values }) => (end += values.length));
  await pool().query({
    // A pooler that shares connections between transactions (then there is a direct address too) has no prepared statements.
    name: env().DATABASE_DIRECT_URL ? undefined : "write-samples",
    text: INSERT,
    values: [
      `{${rows.map(({ set }) => set).join()}}`,
      `{${rows.map(({ ts }) => ts).join()}}`,
      encodeDoubles(rows, end),
      `{${rows.map(({ values }, i) => (ends[i] ?? 0) - values.length + 1).join()}}`,
      `{${ends.join()}}`,
    ],
  });
}

/** All rows' values as one float8[] in PostgreSQL's binary format: no number is printed and parsed on its way. */
function encodeDoubles(rows: readonly HeadRow[], count: number): Buffer {
  const FLOAT8 = 701;
  const bytes = Buffer.allocUnsafe(20 + 12 * count);
  let at = 0;
  for (const header of [1, 1, FLOAT8, count, 1]) at = bytes.writeInt32BE(header, at);
  for (const { values } of rows) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      at = bytes.writeInt32BE(value === undefined ? -1 : 8, at);
      if (value !== undefined) at = bytes.writeDoubleBE(value, at);
    }
  }
  return bytes.subarray(0, at);
}
