// The durable write: what a tick gave goes into head rows, one COPY for all of it.
import { pool } from "../db";
import type { Row } from "../probe";
import { copyIn } from "./copy";
import { ARRAY_HEADER_BYTES } from "./grid";
import { forgetVanishedPlaces, placeValues } from "./slots";
import { transaction } from "./transaction";
import { HISTORY_CHANNEL, type WrittenRow, wholeHours } from "./whole-hours";

/** What one probe gave about one subject. */
export interface SampleBatch {
  subject: number;
  probe: string;
  /** Milliseconds since the epoch, a whole number. */
  ts: number;
  /** Metric names without the probe's; null and absent both mean "no sample". */
  rows: Row[];
}

/** One statement carries about this many values, 12 bytes each. */
const VALUES_PER_STATEMENT = 65_536;
const LATEST_TS = Date.UTC(9999, 11, 31);
const UNIQUE_VIOLATION = "23505";

const COPY = "COPY sample_head (set_id, ts, values) FROM STDIN (FORMAT binary)";
const tell = (payload: string): string => `NOTIFY ${HISTORY_CHANNEL}, '${payload}'`;
// Written again, a row gains what it lacked, and newer values win.
const MERGE = `INSERT INTO sample_head (set_id, ts, values) VALUES ($1, $2, $3)
ON CONFLICT (set_id, ts) DO UPDATE SET values = (
  SELECT array_agg(coalesce(newer, older) ORDER BY slot)
  FROM unnest(excluded.values, sample_head.values) WITH ORDINALITY AS both_rows (newer, older, slot))`;

/**
 * Stores samples; durable when it resolves. Writing the same samples again changes nothing.
 * @throws what PostgreSQL says; with code 22008 when a batch's time is no whole number of milliseconds before year 10000.
 *   Some of the batches may then be stored.
 */
export async function writeSamples(batches: readonly SampleBatch[]): Promise<void> {
  await forgetVanishedPlaces();
  const rows = new Map<string, WrittenRow>();
  for (const batch of batches) {
    checkTime(batch);
    await putAll(rows, batch);
  }
  // Always in the same order: two processes that write the same rows cannot wait for each other in a circle.
  const sorted = [...rows.values()].sort((a, b) => a.set - b.set || a.ts - b.ts);
  for (let from = 0; from < sorted.length; ) {
    const statement = takeStatement(sorted, from);
    await store(statement);
    from += statement.length;
  }
}

function checkTime({ ts, probe }: SampleBatch): void {
  if (Number.isSafeInteger(ts) && ts >= 0 && ts < LATEST_TS) return;
  throw Object.assign(new RangeError(`The time ${ts} of ${probe} is no time in milliseconds`), { code: "22008" });
}

/** Spreads one reading over the rows of its parts. */
async function putAll(rows: Map<string, WrittenRow>, batch: SampleBatch): Promise<void> {
  const { ts } = batch;
  let row: WrittenRow | undefined;
  await placeValues(batch, batch.rows, ({ set, slot }, value) => {
    // Neighbours are in one part nearly always.
    if (row?.set !== set) row = rowOf(rows, { set, ts });
    row.values[slot - 1] = value;
  });
}

function rowOf(rows: Map<string, WrittenRow>, { set, ts }: { set: number; ts: number }): WrittenRow {
  const key = `${set}:${ts}`;
  const row = rows.get(key) ?? { set, ts, values: [] };
  rows.set(key, row);
  return row;
}

function takeStatement(rows: readonly WrittenRow[], from: number): WrittenRow[] {
  let values = 0;
  let to = from;
  while (to < rows.length && (to === from || values < VALUES_PER_STATEMENT)) values += rows[to++]?.values.length ?? 0;
  return rows.slice(from, to);
}

async function store(rows: readonly WrittenRow[]): Promise<void> {
  const known = wholeHours();
  const earliest = rows.reduce((first, { ts }) => Math.min(first, ts), Infinity);
  try {
    await storeTold(rows, tell(known.payload(earliest)));
  } catch (error) {
    known.failed(earliest);
    throw error;
  }
  known.add(rows);
}

/** Rows that are new, as nearly all are, cost the least by COPY; what is written again is merged row by row. */
async function storeTold(rows: readonly WrittenRow[], telling: string): Promise<void> {
  const client = await pool().connect();
  let failure: Error | undefined;
  try {
    // One text is one transaction.
    await copyIn(client, `${COPY}; ${telling}`, encodeRows(rows).bytes);
  } catch (error) {
    failure = error as Error & { code?: string };
  } finally {
    client.release(isConflict(failure) ? undefined : failure);
  }
  if (isConflict(failure)) await merge(rows, telling);
  else if (failure) throw failure;
}

const isConflict = (error?: Error & { code?: string }): boolean => error?.code === UNIQUE_VIOLATION;

async function merge(rows: readonly WrittenRow[], telling: string): Promise<void> {
  const { arrays } = encodeRows(rows);
  await transaction(async (client) => {
    for (const [i, { set, ts }] of rows.entries()) await client.query(MERGE, [set, ts, arrays[i]]);
    await client.query(telling);
  });
}

const FLOAT8 = 701;
/** Number of fields, then the length of each and the field: int4, int8, and the length of the array that follows. */
const TUPLE_BYTES = 2 + (4 + 4) + (4 + 8) + 4;

/** Rows as COPY takes them, and within those bytes each one's float8[]. */
function encodeRows(rows: readonly WrittenRow[]): { bytes: Buffer; arrays: Buffer[] } {
  let most = 0;
  for (const { values } of rows) most += TUPLE_BYTES + ARRAY_HEADER_BYTES + 12 * values.length;
  const bytes = Buffer.allocUnsafe(most);
  const view = new DataView(bytes.buffer, bytes.byteOffset, most);
  const arrays: Buffer[] = [];
  let at = 0;
  for (const { set, ts, values } of rows) {
    const start = at + TUPLE_BYTES;
    const end = encodeArray(view, start, values);
    view.setInt16(at, 3);
    view.setInt32(at + 2, 4);
    view.setInt32(at + 6, set);
    view.setInt32(at + 10, 8);
    view.setBigInt64(at + 14, BigInt(ts));
    view.setInt32(at + 22, end - start);
    arrays.push(bytes.subarray(start, end));
    at = end;
  }
  return { bytes: bytes.subarray(0, at), arrays };
}

/** A float8[] in PostgreSQL's binary format from byte `at`; where it ends. */
function encodeArray(view: DataView, start: number, values: readonly number[]): number {
  [1, 1, FLOAT8, values.length, 1].forEach((header, i) => {
    view.setInt32(start + 4 * i, header);
  });
  let at = start + ARRAY_HEADER_BYTES;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    view.setInt32(at, value === undefined ? -1 : 8);
    if (value !== undefined) view.setFloat64(at + 4, value);
    at += value === undefined ? 4 : 12;
  }
  return at;
}
