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
    const of = (value: number) => new Float64Array(steps.count).fill(value);
    [this.n, this.sum, this.last] = [of(0), of(0), of(0)];
    [this.min, this.max, this.lastAt] = [of(Infinity), of(-Infinity), of(-Infinity)];
    this.stepMs = steps.stepSeconds * 1000;
    // Where whole milliseconds make it exact: equal steps of another range have the same anchor then.
    const isWhole = Number.isInteger(steps.from) && Number.isInteger(this.stepMs);
    this.anchor = isWhole ? steps.from - Math.floor(steps.from / this.stepMs) * this.stepMs : steps.from;
  }

  /** Adds samples; those outside the steps or not finite count for nothing. */
  addSamples(samples: Samples): void {
    const parts = partsOf(samples, this.stepMs, this.anchor);
    for (let at = 0; at < parts.length; at += PART) {
      const n = parts[at + 1] ?? 0;
      const sum = parts[at + 2] ?? 0;
      const min = parts[at + 3] ?? 0;
      const max = parts[at + 4] ?? 0;
      this.addAggregate(parts[at] ?? 0, { n, sum, min, max, last: parts[at + 5] ?? 0 });
    }
  }

  /** Adds what several samples of one step come to; `ts` (ms) is the latest one's time, or later within the step. */
  addAggregate(ts: number, { n, sum, min, max, last }: Aggregate): void {
    const i = Math.floor((ts - this.steps.from) / this.stepMs);
    if (n === 0 || i < 0 || i >= this.steps.count) return;
    this.n[i] = (this.n[i] ?? 0) + n;
    this.sum[i] = (this.sum[i] ?? 0) + sum;
    this.min[i] = Math.min(this.min[i] ?? Infinity, min);
    this.max[i] = Math.max(this.max[i] ?? -Infinity, max);
    if (ts < (this.lastAt[i] ?? -Infinity)) return;
    this.last[i] = last;
    this.lastAt[i] = ts;
  }

  result(): Bucketed {
    const result: Bucketed = { avg: [], min: [], max: [], last: [] };
    // Plain pushes: a callback for each value takes several times as long.
    for (let i = 0; i < this.steps.count; i++) {
      const n = this.n[i] ?? 0;
      const sum = this.sum[i] ?? 0;
      // A sum of huge values may overflow: then the average is unknown, not infinite.
      result.avg.push(n > 0 && Number.isFinite(sum) ? sum / n : null);
      result.min.push(n > 0 ? (this.min[i] ?? null) : null);
      result.max.push(n > 0 ? (this.max[i] ?? null) : null);
      result.last.push(n > 0 ? (this.last[i] ?? null) : null);
    }
    return result;
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
  if (stepMs >= REMEMBERED_MS) remembered.set(samples, { stepMs, anchor, parts });
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
