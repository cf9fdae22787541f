// Downsampling: samples of an hour become n, sum, min, max and last of equal steps. No step loses more than its order.
import type { Column } from "./block";
import { toDecimals } from "./decimals";
import { HOUR_MS } from "./hour";

/** Lengths of steps in seconds to which history can be reduced; each divides an hour and the next one. */
export type ReducedStep = 5 | 60 | 300;

/** An hour of a part in steps: what a row of sample_reduced holds. */
export interface Reduced {
  /** Starts of the steps in which some series has a finite value, ms since the start of the hour, ascending. */
  starts: Float64Array;
  /** Five per slot: n, sum, min, max, last; `rows` point into `starts`. */
  columns: Column[];
}

/** Columns of one slot. */
export const COLUMNS_PER_SLOT = 5;
/** Sums of integers up to here are exact. */
const EXACT = Number.MAX_SAFE_INTEGER;

/** What several samples of one series come to, in the order of time: entry i lies at the time with index `rows[i]`. */
interface Entries {
  rows: Uint32Array;
  n: Float64Array;
  sum: Float64Array;
  min: Float64Array;
  max: Float64Array;
  last: Float64Array;
}

/**
 * Reduces samples. NaN and the infinities are no values. Where all values of a series are exact decimals (two digits
 * after the point, say), so are its sums, correctly rounded: such columns compress, and reducing twice is reducing once.
 * @param times ms since the start of the hour, ascending
 * @param columns one per slot
 */
export function reduceSamples(times: Float64Array, columns: readonly Column[], step: ReducedStep): Reduced {
  return reduceEntries(times, columns.map(finiteEntries), step);
}

/** Reduces further, to steps that are a multiple of the present ones. */
export function reduceSteps({ starts, columns }: Reduced, step: ReducedStep): Reduced {
  return reduceEntries(starts, entriesOf(columns), step);
}

/**
 * Adds late samples, reduced to the same steps, to an hour. Within a step they count as the later ones: nobody knows
 * the times of the others any more, and what comes late usually followed.
 */
export function mergeReduced(before: Reduced, late: Reduced, step: ReducedStep): Reduced {
  const [first, second] = [entriesOf(before.columns), entriesOf(late.columns)];
  const slots = Array.from({ length: Math.max(first.length, second.length) }, (_, slot) =>
    joinEntries(first[slot], second[slot], before.starts.length),
  );
  const starts = Float64Array.from([...before.starts, ...late.starts]);
  return reduceEntries(starts, slots, step);
}

/** @param times of the entries; need not ascend, but entries of one step are taken in their order */
function reduceEntries(times: Float64Array, slots: readonly Entries[], step: ReducedStep): Reduced {
  const width = step * 1000;
  const used = new Uint8Array(HOUR_MS / width);
  for (const { rows } of slots) {
    for (let i = 0; i < rows.length; i++) used[Math.floor((times[rows[i] ?? 0] ?? 0) / width)] = 1;
  }
  const places = new Uint32Array(used.length);
  let count = 0;
  for (let at = 0; at < used.length; at++) if (used[at]) places[at] = count++;
  const starts = new Float64Array(count);
  for (let at = 0; at < used.length; at++) if (used[at]) starts[places[at] ?? 0] = at * width;
  const index = Uint32Array.from(times, (time) => places[Math.floor(time / width)] ?? 0);
  return { starts, columns: slots.flatMap((entries) => reduceSlot(entries, index, count)) };
}

// The loops of this file run for every sample that gets old: plain ones, as in the codec.
function reduceSlot(entries: Entries, index: Uint32Array, count: number): Column[] {
  const of = (value: number) => new Float64Array(count).fill(value);
  const [n, min, max, last] = [of(0), of(Infinity), of(-Infinity), of(0)];
  let most = 0;
  let filled = 0;
  for (let i = 0; i < entries.rows.length; i++) {
    const at = index[entries.rows[i] ?? 0] ?? 0;
    if (n[at] === 0) filled++;
    n[at] = (n[at] ?? 0) + (entries.n[i] ?? 0);
    most = Math.max(most, n[at] ?? 0);
    min[at] = Math.min(min[at] ?? 0, entries.min[i] ?? 0);
    max[at] = Math.max(max[at] ?? 0, entries.max[i] ?? 0);
    last[at] = entries.last[i] ?? 0;
  }
  const rows = filled === count ? undefined : rowsWith(n, filled);
  const column = (values: Float64Array): Column =>
    rows ? { rows, values: Float64Array.from(rows, (at) => values[at] ?? 0) } : { values };
  const lasts = column(last);
  // One value per step is its own sum, minimum and maximum: one column, so that it is encoded once.
  if (most <= 1) return [column(n), lasts, lasts, lasts, lasts];
  return [column(n), column(sums(entries, index, count)), column(min), column(max), lasts];
}

function rowsWith(n: Float64Array, filled: number): Uint32Array {
  const rows = new Uint32Array(filled);
  for (let at = 0, i = 0; at < n.length; at++) if (n[at]) rows[i++] = at;
  return rows;
}

/** Sums by step: of integers, as long as they stay exact, and divided once at the end; else of the doubles as they come. */
function sums({ rows, sum }: Entries, index: Uint32Array, count: number): Float64Array {
  const exact = toDecimals(sum);
  const result = new Float64Array(count);
  let largest = 0;
  for (let i = 0; exact && i < rows.length; i++) {
    const at = index[rows[i] ?? 0] ?? 0;
    const total = (result[at] ?? 0) + exact.first + exact.divisor * (exact.integers[i] ?? 0);
    result[at] = total;
    largest = Math.max(largest, Math.abs(total));
  }
  if (exact && largest <= EXACT) return result.map((total) => total / 10 ** exact.decimals);
  result.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const at = index[rows[i] ?? 0] ?? 0;
    result[at] = (result[at] ?? 0) + (sum[i] ?? 0);
  }
  return result;
}

function finiteEntries({ values, rows }: Column): Entries {
  const kept = new Uint32Array(values.length);
  const finite = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (!Number.isFinite(value)) continue;
    kept[count] = rows ? (rows[i] ?? 0) : i;
    finite[count++] = value;
  }
  const value = finite.subarray(0, count);
  const n = new Float64Array(count).fill(1);
  return { rows: kept.subarray(0, count), n, sum: value, min: value, max: value, last: value };
}

function entriesOf(columns: readonly Column[]): Entries[] {
  const none = new Float64Array(0);
  return Array.from({ length: columns.length / COLUMNS_PER_SLOT }, (_, slot) => {
    const five = columns.slice(slot * COLUMNS_PER_SLOT, (slot + 1) * COLUMNS_PER_SLOT);
    const [n = none, sum = none, min = none, max = none, last = none] = five.map(({ values }) => values);
    return { rows: five[0]?.rows ?? Uint32Array.from(n.keys()), n, sum, min, max, last };
  });
}

function joinEntries(first: Entries | undefined, second: Entries | undefined, offset: number): Entries {
  const join = (key: Exclude<keyof Entries, "rows">) =>
    Float64Array.from([...(first?.[key] ?? []), ...(second?.[key] ?? [])]);
  const rows = [...(first?.rows ?? []), ...Array.from(second?.rows ?? [], (row) => row + offset)];
  return {
    rows: Uint32Array.from(rows),
    ...{ n: join("n"), sum: join("sum"), min: join("min"), max: join("max"), last: join("last") },
  };
}
