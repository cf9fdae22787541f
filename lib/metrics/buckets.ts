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
export type Aggregated = keyof Bucketed;
const ALL: readonly Aggregated[] = ["avg", "min", "max", "last"];

/** The steps of one series. Samples may come in pieces in any order, each once. */
export class Buckets {
  private readonly n: Float64Array;
  private readonly sum: Float64Array;
  private readonly min: Float64Array;
  private readonly max: Float64Array;
  private readonly last: Float64Array;
  private readonly lastAt: Float64Array;
  private readonly stepMs: number;
  private readonly anchor: number;

  constructor(private readonly steps: Steps) {
    const numbers = () => new Float64Array(steps.count);
    // What they hold counts from the first value of a step on.
    [this.n, this.sum, this.min] = [numbers(), numbers(), numbers()];
    [this.max, this.last, this.lastAt] = [numbers(), numbers(), numbers()];
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

  /** Short steps hold a sample or a few: to sum them up beforehand would cost more. */
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
    const i = Math.min(count - 1, Math.floor((ts - from) / this.stepMs));
    const before = this.n[i] ?? 0;
    this.n[i] = before + n;
    this.sum[i] = (this.sum[i] ?? 0) + sum;
    this.min[i] = before === 0 ? min : Math.min(this.min[i] ?? 0, min);
    this.max[i] = before === 0 ? max : Math.max(this.max[i] ?? 0, max);
    if (before > 0 && ts < (this.lastAt[i] ?? 0)) return;
    this.last[i] = last;
    this.lastAt[i] = ts;
  }

  /** The values asked for; of others the lists stay empty. */
  result(wanted: readonly Aggregated[] = ALL): Bucketed {
    const result: Bucketed = { avg: [], min: [], max: [], last: [] };
    for (const name of ALL) if (wanted.includes(name)) this.read(name, result[name]);
    return result;
  }

  private read(name: Aggregated, into: (number | null)[]): void {
    const { n, sum } = this;
    const values = name === "avg" ? sum : this[name];
    // Plain pushes: a callback for each value takes several times as long.
    for (let i = 0; i < n.length; i++) {
      const count = n[i] ?? 0;
      const value = values[i] ?? 0;
      // A sum of huge values may overflow: then the average is unknown, not infinite.
      if (count === 0 || (name === "avg" && value - value !== 0)) into.push(null);
      else into.push(name === "avg" ? value / count : value);
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
  const [first = 0, last = first] = [times[0], times.at(-1)];
  const parts = new Float64Array(PART * Math.min(times.length, Math.floor((last - first) / stepMs) + 2));
  let at = 0;
  for (let i = 0; i < times.length; ) {
    const from = times[i] ?? 0;
    const border = anchor + (Math.floor((from - anchor) / stepMs) + 1) * stepMs;
    // Steps of no whole milliseconds: rounding may put the border onto the very sample that is to lie before it.
    const end = border > from ? border : from + stepMs;
    let [n, sum, min, max, latest, lastAt] = [0, 0, Infinity, -Infinity, 0, 0];
    for (; i < times.length; i++) {
      const time = times[i] ?? 0;
      if (time >= end) break;
      const value = values[i] ?? 0;
      // Infinite or NaN: no value to reckon with.
      if (value - value !== 0) continue;
      n++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      latest = value;
      lastAt = time;
    }
    if (n === 0) continue;
    parts[at++] = lastAt;
    parts[at++] = n;
    parts[at++] = sum;
    parts[at++] = min;
    parts[at++] = max;
    parts[at++] = latest;
  }
  return parts.subarray(0, at);
}
