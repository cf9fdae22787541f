// Sealed hours as reading fetched them, decoded: of a part and hour the series that were asked for.
import { type Column, decodeColumn } from "./block";
import { HOUR_MS } from "./hour";
import { COLUMNS_PER_SLOT } from "./reduce";

/** Samples of one series: `values[i]` was taken at `times[i]`, ms since the epoch, ascending. */
export interface Samples {
  times: Float64Array;
  values: Float64Array;
}

/** Steps of one series: what began at `times[i]` came to the five numbers at i. */
export interface StepColumns {
  times: Float64Array;
  n: Float64Array;
  sum: Float64Array;
  min: Float64Array;
  max: Float64Array;
  last: Float64Array;
}

/** Which row it was: equal for one part and hour only where nothing was written in between. */
export interface Version {
  table: number;
  transaction: number;
}

export interface SealedHour extends Version {
  set: number;
  /** Hours since the epoch. */
  hour: number;
  /** Seconds of its steps; 0 where it holds samples. */
  stepSeconds: number;
  /** By slot; a series that has none in this hour is missing. */
  samples: Map<number, Samples>;
  steps: Map<number, StepColumns>;
}

/** What was fetched of a part and hour. */
export interface FetchedHour {
  set: number;
  hour: number;
  /** Seconds of its steps; 0 for samples. */
  step: number;
  /**
   * Table and version (eight bytes each), the length of the times, where the bytes of the columns begin in the stored
   * data (-1: they come one after the other), the number of columns, for each one its index, start and length, all these in
   * four bytes; then the times and the columns.
   */
  bytes: Buffer;
}

const HEAD_BYTES = 28;
const PLACE_BYTES = 12;

const HOURS = 2 ** 21;

/** One number for each part and hour, up to the year 2209. */
export const hourKey = ({ set, hour }: Pick<FetchedHour, "set" | "hour">): number => set * HOURS + hour;
export const setOf = (key: number): number => Math.floor(key / HOURS);
export const hourOfKey = (key: number): number => key % HOURS;

/** @throws what `decodeColumn` throws */
export function decodeHour({ set, hour, step: stepSeconds, bytes }: FetchedHour): SealedHour {
  const version = { table: Number(bytes.readBigInt64BE(0)), transaction: Number(bytes.readBigInt64BE(8)) };
  const decoded = { set, hour, stepSeconds, ...version, samples: new Map(), steps: new Map() };
  const { times, columns } = columnsOf(bytes);
  for (let i = 0; i < times.length; i++) times[i] = hour * HOUR_MS + (times[i] ?? 0);
  if (stepSeconds === 0) {
    for (const [slot, column] of columns)
      decoded.samples.set(slot, { times: timesAt(times, column), values: column.values });
    return decoded;
  }
  const fives = new Map<number, Column[]>();
  for (const [index, column] of columns) {
    const slot = Math.floor((index - 1) / COLUMNS_PER_SLOT) + 1;
    fives.set(slot, [...(fives.get(slot) ?? []), column]);
  }
  for (const [slot, five] of fives) if (five.length === COLUMNS_PER_SLOT) decoded.steps.set(slot, stepsOf(times, five));
  return decoded;
}

/** By index, ascending. */
function columnsOf(bytes: Buffer): { times: Float64Array; columns: [number, Column][] } {
  const [length, first, count] = [bytes.readInt32BE(16), bytes.readInt32BE(20), bytes.readInt32BE(24)];
  const places = HEAD_BYTES + PLACE_BYTES * count;
  let next = places + length;
  const begin = next - first;
  const { values: times } = decodeColumn(bytes.subarray(places, next));
  const columns = Array.from({ length: count }, (_, i): [number, Column] => {
    const at = HEAD_BYTES + PLACE_BYTES * i;
    const start = first < 0 ? next : begin + bytes.readInt32BE(at + 4);
    const end = start + bytes.readInt32BE(at + 8);
    next = end;
    return [bytes.readInt32BE(at), decodeColumn(bytes.subarray(start, end))];
  });
  return { times, columns };
}

function timesAt(times: Float64Array, { rows }: Column): Float64Array {
  return rows ? Float64Array.from(rows, (row) => times[row] ?? Number.NaN) : times;
}

function stepsOf(times: Float64Array, five: readonly Column[]): StepColumns {
  const of = (part: number) => five[part]?.values ?? new Float64Array(0);
  const common = five[0] ? timesAt(times, five[0]) : times;
  return { times: common, n: of(0), sum: of(1), min: of(2), max: of(3), last: of(4) };
}
