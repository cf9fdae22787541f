// Hours and what is kept of each: five numbers per series, of fixed width so that one series can be cut out.
// Series that came to the same five, as all that stay at 0 do, share them.
import type { Column } from "./block";

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

/** Bytes of one aggregate: n as an integer, the others as doubles, all big-endian like PostgreSQL's own. */
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

/**
 * What is stored of an hour: how many slots there are (a byte), for each slot the place of its aggregate (a byte), and the
 * aggregates, each once.
 * @param aggregates at most 64, in the order of their slots
 */
export function encodeHour(aggregates: readonly Aggregate[]): Buffer {
  const places = new Map<string, number>();
  const entries: Buffer[] = [];
  const index = aggregates.map((one) => {
    const entry = encodeAggregate(one);
    const content = entry.toString("latin1");
    const place = places.get(content) ?? entries.length;
    if (place === entries.length) {
      places.set(content, place);
      entries.push(entry);
    }
    return place;
  });
  return Buffer.concat([Uint8Array.of(aggregates.length, ...index), ...entries]);
}

/** The aggregates of an hour as `encodeHour` wrote them, in the order of their slots. */
export function decodeHour(bytes: Buffer): Aggregate[] {
  const slots = bytes[0] ?? 0;
  return Array.from(bytes.subarray(1, 1 + slots), (place) =>
    decodeAggregate(bytes, 1 + slots + place * AGGREGATE_BYTES),
  );
}

/** The same hour of a block's columns, in the order of their slots. */
export const hourOfColumns = (columns: readonly Column[]): Buffer =>
  encodeHour(columns.map(({ values }) => aggregate(values)));

function encodeAggregate({ n, sum, min, max, last }: Aggregate): Buffer {
  const bytes = Buffer.alloc(AGGREGATE_BYTES);
  let at = bytes.writeUInt32BE(n);
  for (const value of [sum, min, max, last]) at = bytes.writeDoubleBE(value, at);
  return bytes;
}

/** The aggregate that starts at byte `at`. */
export function decodeAggregate(bytes: Buffer, at: number): Aggregate {
  return {
    n: bytes.readUInt32BE(at),
    sum: bytes.readDoubleBE(at + 4),
    min: bytes.readDoubleBE(at + 12),
    max: bytes.readDoubleBE(at + 20),
    last: bytes.readDoubleBE(at + 28),
  };
}
