// Samples of several series as rows: one for each time at which any of them has a value. Pure.
import type { Samples } from "./deliver";

/** Rows by time, ascending; column k is of series k. */
export interface Rows {
  /** ms since the epoch. */
  times: Float64Array;
  /** Seconds that each row stands for; 0 for values as they were sampled. */
  steps: Float64Array | number;
  columns: RowColumn[];
}

/** Values by row, any double; without `present` there is one in every row. */
export interface RowColumn {
  values: Float64Array;
  present?: Uint8Array;
}

const NOTHING: Samples = { times: new Float64Array(0), values: new Float64Array(0) };

/** The period, ms since the epoch; `to` is not part of it. */
interface Period {
  from: number;
  to: number;
  /** At which times a value stands for how many seconds; at the others it was sampled. */
  steps: ReadonlyMap<number, number>;
}

/**
 * Lays samples of series over each other.
 * @param series pieces of each series, in any order, no time twice; what lies outside the period is left out
 */
export function toRows(series: readonly (readonly Samples[])[], { from, to, steps }: Period): Rows {
  const lines = series.map((pieces) => within(joined(pieces), from, to));
  const times = unionOf(lines);
  const stands = steps.size > 0 ? times.map((time) => steps.get(time) ?? 0) : 0;
  return { times, steps: stands, columns: lines.map((line) => columnOf(line, times)) };
}

/** One ascending piece. Only late samples lie between others, and hours come in any order. */
function joined(pieces: readonly Samples[]): Samples {
  const filled = pieces.filter(({ times }) => times.length > 0).sort((a, b) => (a.times[0] ?? 0) - (b.times[0] ?? 0));
  const [only = NOTHING] = filled;
  if (filled.length < 2 && isAscending(only.times)) return only;
  const times = concatenated(filled.map((piece) => piece.times));
  const values = concatenated(filled.map((piece) => piece.values));
  if (isAscending(times)) return { times, values };
  const order = Uint32Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const pick = (of: Float64Array) => Float64Array.from(order, (at) => of[at] ?? Number.NaN);
  return { times: pick(times), values: pick(values) };
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function isAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if ((times[i] ?? 0) <= (times[i - 1] ?? 0)) return false;
  return true;
}

function within(samples: Samples, from: number, to: number): Samples {
  const { times, values } = samples;
  const [first = from] = times;
  if (first >= from && (times.at(-1) ?? first) < to) return samples;
  const start = times.findIndex((time) => time >= from);
  if (start < 0) return NOTHING;
  const after = times.findIndex((time) => time >= to);
  const end = after < 0 ? times.length : after;
  return { times: times.subarray(start, end), values: values.subarray(start, end) };
}

/** All times of all lines: mostly those of the longest one, since the series of a probe are sampled together. */
function unionOf(lines: readonly Samples[]): Float64Array {
  const longest = lines.reduce((most, { times }) => (times.length > most.length ? times : most), NOTHING.times);
  if (lines.every(({ times }) => times === longest || isPartOf(times, longest))) return longest;
  const all = concatenated(lines.map(({ times }) => times)).sort();
  return all.filter((time, i) => i === 0 || time !== all[i - 1]);
}

function isPartOf(times: Float64Array, all: Float64Array): boolean {
  let at = 0;
  for (const time of times) {
    while (at < all.length && (all[at] ?? 0) < time) at++;
    if (all[at] !== time) return false;
  }
  return true;
}

function columnOf({ times, values }: Samples, all: Float64Array): RowColumn {
  if (times.length === all.length) return { values };
  const column = { values: new Float64Array(all.length), present: new Uint8Array(all.length) };
  let row = 0;
  for (let i = 0; i < times.length; i++) {
    while (row < all.length && all[row] !== times[i]) row++;
    column.values[row] = values[i] ?? 0;
    column.present[row] = 1;
  }
  return column;
}
