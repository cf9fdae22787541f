// Hours and what is kept of each: five numbers per series, so that one series can be cut out. Series that came to the same
// five, as all that stay at 0 do, share them.
import type { Column } from "./block";
import { decodeShort, encodeShort, SHORT } from "./short-aggregate";

export const HOUR_MS = 3_600_000;

/** Hours since the epoch, UTC. */
export const hourOf = (ts: number): number => Math.floor(ts / HOUR_MS);

/**
 * What some samples come to. Only finite values count: NaN and the infinities are kept as samples,
 * but no average can include them.
 */
export interface Aggregate {
  /** Number of finite values; the other fields mean something only above 0. */
  n: number;
  sum: number;
  min: number;
  max: number;
  /** The latest one. */
  last: number;
}

/** The most that one aggregate takes: n as an integer, the others as doubles, all big-endian like PostgreSQL's own. */
export const AGGREGATE_BYTES = 36;

export function aggregate(values: Float64Array): Aggregate {
  const result = { n: 0, sum: 0, min: Infinity, max: -Infinity, last: 0 };
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (!Number.isFinite(value)) continue;
    result.n++;
    result.sum += value;
    if (value < result.min) result.min = value;
    if (value > result.max) result.max = value;
    result.last = value;
  }
  return result;
}

// Added to the number of slots. Hours of earlier versions do without: for each slot they have the place of its aggregate
// (a byte), and the aggregates are all of the same length.
const PLACES = 0x80;

/**
 * What is stored of an hour: how many slots there are (a byte), for each slot where its aggregate starts (two bytes), and
 * the aggregates, each once. From each start on there are at least AGGREGATE_BYTES: nobody has to know how long it is.
 * @param aggregates at most 64, in the order of their slots
 */
export function encodeHour(aggregates: readonly Aggregate[]): Buffer {
  const starts = new Map<string, number>();
  const parts: Buffer[] = [Buffer.alloc(1 + 2 * aggregates.length)];
  const [head = Buffer.alloc(0)] = parts;
  head[0] = PLACES + aggregates.length;
  let end = head.length;
  let last = end;
  for (const [i, one] of aggregates.entries()) {
    const bytes = encodeAggregate(one);
    const content = bytes.toString("latin1");
    const start = starts.get(content) ?? end;
    if (start === end) {
      starts.set(content, start);
      parts.push(bytes);
      last = start;
      end += bytes.length;
    }
    head.writeUInt16BE(start, 1 + 2 * i);
  }
  if (aggregates.length > 0) parts.push(Buffer.alloc(Math.max(0, last + AGGREGATE_BYTES - end)));
  return Buffer.concat(parts);
}

/** The aggregates of an hour as `encodeHour` wrote them, in the order of their slots. */
export function decodeHour(bytes: Buffer): Aggregate[] {
  const slots = (bytes[0] ?? 0) % PLACES;
  const startOf = (slot: number) =>
    bytes[0] === slots ? 1 + slots + (bytes[1 + slot] ?? 0) * AGGREGATE_BYTES : bytes.readUInt16BE(1 + 2 * slot);
  return Array.from({ length: slots }, (_, slot) => decodeAggregate(bytes, startOf(slot)));
}

/** In SQL, of an hour `agg`: how many slots it has, and AGGREGATE_BYTES from the start of the aggregate of `slot` (from 1) on. */
export const SLOTS_SQL = `get_byte(agg, 0) % ${PLACES}`;
export const AGGREGATE_SQL = `substring(agg FROM 1 + CASE WHEN get_byte(agg, 0) < ${PLACES}
  THEN 1 + get_byte(agg, 0) + ${AGGREGATE_BYTES} * get_byte(agg, slot)
  ELSE 256 * get_byte(agg, 2 * slot - 1) + get_byte(agg, 2 * slot) END FOR ${AGGREGATE_BYTES})`;

/** The same hour of a block's columns, in the order of their slots. */
export const hourOfColumns = (columns: readonly Column[]): Buffer =>
  encodeHour(columns.map(({ values }) => aggregate(values)));

function encodeAggregate(one: Aggregate): Buffer {
  const short = encodeShort(one);
  if (short && short.length < AGGREGATE_BYTES) return short;
  const bytes = Buffer.alloc(AGGREGATE_BYTES);
  let at = bytes.writeUInt32BE(one.n);
  for (const value of [one.sum, one.min, one.max, one.last]) at = bytes.writeDoubleBE(value, at);
  return bytes;
}

/** The aggregate that starts at byte `at`; what comes after it does not matter. */
export function decodeAggregate(bytes: Buffer, at: number): Aggregate {
  // The first byte of an n is less.
  if ((bytes[at] ?? 0) >= SHORT) return decodeShort(bytes, at);
  return {
    n: bytes.readUInt32BE(at),
    sum: bytes.readDoubleBE(at + 4),
    min: bytes.readDoubleBE(at + 12),
    max: bytes.readDoubleBE(at + 20),
    last: bytes.readDoubleBE(at + 28),
  };
}
