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

/** A column as it was fetched; `bytes` of slot 0, the times, begin with the version. */
export interface ColumnRow {
  set: number;
  slot: number;
  hour: number;
  /** Seconds of its steps; 0 for samples. */
  step: number;
  /** Of steps: n, sum, min, max or last. */
  part: number;
  bytes: Buffer;
}

const VERSION_BYTES = 16;

const HOURS = 2 ** 21;

/** One number for each part and hour, up to the year 2209. */
export const hourKey = ({ set, hour }: Pick<ColumnRow, "set" | "hour">): number => set * HOURS + hour;
export const setOf = (key: number): number => Math.floor(key / HOURS);
export const hourOfKey = (key: number): number => key % HOURS;

/** Decodes columns, of any hours in any order. */
export function decodeHours(rows: readonly ColumnRow[]): SealedHour[] {
  const hours = new Map<number, { hour: SealedHour; times: Float64Array }>();
  for (const row of rows) if (row.slot === 0) hours.set(hourKey(row), decodeTimes(row));
  const fives = new Map<string, Column[]>();
  for (const row of rows) {
    const found = row.slot === 0 ? undefined : hours.get(hourKey(row));
    if (!found) continue;
    const { hour, times } = found;
    const column = decodeColumn(row.bytes);
    if (hour.stepSeconds === 0) {
      hour.samples.set(row.slot, { times: timesAt(times, column), values: column.values });
      continue;
    }
    const key = `${hourKey(row)} ${row.slot}`;
    const five = fives.get(key) ?? [];
    fives.set(key, five);
    five[row.part] = column;
    // The five come in any order: the last one completes them.
    if (five.filter(Boolean).length === COLUMNS_PER_SLOT) hour.steps.set(row.slot, stepsOf(times, five));
  }
  return Array.from(hours.values(), ({ hour }) => hour);
}

function decodeTimes({ set, hour, step: stepSeconds, bytes }: ColumnRow): { hour: SealedHour; times: Float64Array } {
  const { values: times } = decodeColumn(bytes.subarray(VERSION_BYTES));
  for (let i = 0; i < times.length; i++) times[i] = hour * HOUR_MS + (times[i] ?? 0);
  const version = { table: Number(bytes.readBigInt64BE(0)), transaction: Number(bytes.readBigInt64BE(8)) };
  return { hour: { set, hour, stepSeconds, ...version, samples: new Map(), steps: new Map() }, times };
}

function timesAt(times: Float64Array, { rows }: Column): Float64Array {
  return rows ? Float64Array.from(rows, (row) => times[row] ?? Number.NaN) : times;
}

function stepsOf(times: Float64Array, five: readonly Column[]): StepColumns {
  const of = (part: number) => five[part]?.values ?? new Float64Array(0);
  const common = five[0] ? timesAt(times, five[0]) : times;
  return { times: common, n: of(0), sum: of(1), min: of(2), max: of(3), last: of(4) };
}
