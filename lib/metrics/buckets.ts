// Samples into equal steps: average, minimum, maximum and last value of each.
import type { Samples } from "./deliver";
import type { Aggregate } from "./hour";
import type { Steps } from "./steps";

/** Values by step; null where a step holds no finite value. */
export interface Bucketed {
  avg: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
  last: (number | null)[];
}

/** Which values of a step may be asked for. */
export const AGGREGATES = ["avg", "min", "max", "last"] as const satisfies readonly (keyof Bucketed)[];
export type AggregateName = (typeof AGGREGATES)[number];

/** Numbers of a step: n, sum, min, max, last, and when the last one was taken. */
const CELL = 6;
const PLACES: Readonly<Record<AggregateName, number>> = { avg: 1, min: 2, max: 3, last: 4 };

/** The steps of one series. Samples may come in pieces in any order, each once. */
export class Buckets {
  /** Step by step; in one piece, since to make an array takes as long as to fill it. */
  private readonly cells: Float64Array;
  private readonly stepMs: number;
  private readonly anchor: number;

  constructor(private readonly steps: Steps) {
    this.cells = new Float64Array(CELL * steps.count);
    this.stepMs = steps.stepSeconds * 1000;
    // Where whole milliseconds make it exact: equal steps of another range have the same anchor then.
    const isWhole = Number.isInteger(steps.from) && Number.isInteger(this.stepMs);
    this.anchor = isWhole ? steps.from - Math.floor(steps.from / this.stepMs) * this.stepMs : steps.from;
  }

  /** Adds samples; those outside the steps or not finite count for nothing. */
  addSamples(samples: Samples): void {
    if (this.stepMs < REMEMBERED_MS) this.addEach(samples);
    else this.addSummedUp(samples);
  }

  private addSummedUp(samples: Samples): void {
    const parts = partsOf(samples, this.stepMs, this.anchor);
    for (let at = 0; at < parts.length; at += PART) {
      const n = parts[at + 1] ?? 0;
      const sum = parts[at + 2] ?? 0;
      const min = parts[at + 3] ?? 0;
      const max = parts[at + 4] ?? 0;
      this.add(parts[at] ?? 0, n, sum, min, max, parts[at + 5] ?? 0);
    }
  }

  /** Samples of short steps come one by one: what they come to is not remembered. */
  private addEach({ times, values }: Samples): void {
    for (let i = 0; i < times.length; i++) {
      const value = values[i] ?? Number.NaN;
      // Infinite or NaN: no value to reckon with.
      if (value - value === 0) this.add(times[i] ?? 0, 1, value, value, value, value);
    }
  }

  /** Adds what several samples of one step come to; `ts` (ms) is the latest one's time, or later within the step. */
  addAggregate(ts: number, { n, sum, min, max, last }: Aggregate): void {
    if (n > 0) this.add(ts, n, sum, min, max, last);
  }

  // Numbers, no object: this runs for each sample of an answer.
  private add(ts: number, n: number, sum: number, min: number, max: number, last: number): void {
    const { from, to, count } = this.steps;
    if (ts < from || ts >= to) return;
    const at = CELL * Math.min(count - 1, Math.floor((ts - from) / this.stepMs));
    const { cells } = this;
    const before = cells[at] ?? 0;
    cells[at] = before + n;
    cells[at + 1] = (cells[at + 1] ?? 0) + sum;
    cells[at + 2] = before === 0 ? min : Math.min(cells[at + 2] ?? 0, min);
    cells[at + 3] = before === 0 ? max : Math.max(cells[at + 3] ?? 0, max);
    if (before > 0 && ts < (cells[at + 5] ?? 0)) return;
    cells[at + 4] = last;
    cells[at + 5] = ts;
  }

  /** The values asked for; of others the lists stay empty. */
  result(wanted: readonly AggregateName[] = AGGREGATES): Bucketed {
    const result: Bucketed = { avg: [], min: [], max: [], last: [] };
    for (const name of AGGREGATES) if (wanted.includes(name)) this.read(name, result[name]);
    return result;
  }

  private read(name: AggregateName, into: (number | null)[]): void {
    const { cells } = this;
    const isAverage = name === "avg";
    // Plain pushes: a callback for each value takes several times as long.
    for (let at = 0; at < cells.length; at += CELL) {
      const n = cells[at] ?? 0;
      const value = cells[at + PLACES[name]] ?? 0;
      // A sum of huge values may overflow: then the average is unknown, not infinite.
      if (n === 0 || (isAverage && value - value !== 0)) into.push(null);
      else into.push(isAverage ? value / n : value);
    }
  }
}

/** Numbers of one step: time of its last value, n, sum, min, max, last. */
const PART = 6;
/** Steps as long as that are few in an hour; what samples came to in them is remembered as long as the samples are. */
const REMEMBERED_MS = 60_000;

interface Parts {
  stepMs: number;
  anchor: number;
  parts: Float64Array;
}

const remembered = new WeakMap<Samples, Parts>();

/** What samples come to in steps that begin at `anchor` plus multiples of their length; steps without a value are left out. */
function partsOf(samples: Samples, stepMs: number, anchor: number): Float64Array {
  const known = remembered.get(samples);
  if (known && known.stepMs === stepMs && known.anchor === anchor) return known.parts;
  const parts = sumUp(samples, stepMs, anchor);
  remembered.set(samples, { stepMs, anchor, parts });
  return parts;
}

function sumUp({ times, values }: Samples, stepMs: number, anchor: number): Float64Array {
  const ends = endsOf(times, stepMs, anchor);
  const parts = new Float64Array(PART * ends.length);
  let at = 0;
  let i = 0;
  for (const end of ends) {
    let [n, sum, min, max, last] = [0, 0, Infinity, -Infinity, 0];
    for (; i < end; i++) {
      const value = values[i] ?? Number.NaN;
      // Infinite or NaN: no value to reckon with.
      if (value - value !== 0) continue;
      n++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      last = i;
    }
    if (n === 0) continue;
    parts[at++] = times[last] ?? 0;
    parts[at++] = n;
    parts[at++] = sum;
    parts[at++] = min;
    parts[at++] = max;
    parts[at++] = values[last] ?? 0;
  }
  return parts.subarray(0, at);
}

interface Ends {
  stepMs: number;
  anchor: number;
  ends: Uint32Array;
}

/** By times: those of a sealed hour are shared by nearly all series of its part. */
const knownEnds = new WeakMap<Float64Array, Ends>();

/** Where the times of each step end, for the steps that have any. */
function endsOf(times: Float64Array, stepMs: number, anchor: number): Uint32Array {
  const known = knownEnds.get(times);
  if (known && known.stepMs === stepMs && known.anchor === anchor) return known.ends;
  const found: number[] = [];
  for (let i = 0; i < times.length; ) {
    const from = times[i] ?? 0;
    const border = anchor + (Math.floor((from - anchor) / stepMs) + 1) * stepMs;
    // Steps of no whole milliseconds: rounding may put the border onto the very sample that is to lie before it.
    const end = border > from ? border : from + stepMs;
    while (i < times.length && (times[i] ?? 0) < end) i++;
    found.push(i);
  }
  const ends = Uint32Array.from(found);
  knownEnds.set(times, { stepMs, anchor, ends });
  return ends;
}
