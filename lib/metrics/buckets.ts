// Samples into equal steps: average, minimum, maximum and last value of each.
import type { Aggregate } from "./hour";
import type { Steps } from "./steps";

/** Values by step; null where a step holds no finite value. */
export interface Bucketed {
  avg: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
  last: (number | null)[];
}

/** The steps of one series. Samples may come in any order, each once. */
export class Buckets {
  private readonly n: Float64Array;
  private readonly sum: Float64Array;
  private readonly min: Float64Array;
  private readonly max: Float64Array;
  private readonly last: Float64Array;
  private readonly lastAt: Float64Array;

  constructor(private readonly steps: Steps) {
    const of = (value: number) => new Float64Array(steps.count).fill(value);
    [this.n, this.sum, this.last] = [of(0), of(0), of(0)];
    [this.min, this.max, this.lastAt] = [of(Infinity), of(-Infinity), of(-Infinity)];
  }

  /** Adds the sample of time `ts` (ms since the epoch); outside the steps or not finite, it counts for nothing. */
  add(ts: number, value: number): void {
    if (Number.isFinite(value)) this.addAggregate(ts, { n: 1, sum: value, min: value, max: value, last: value });
  }

  /** Adds what several samples come to, all of one step; `ts` is the latest one's time or a time after it. */
  addAggregate(ts: number, { n, sum, min, max, last }: Aggregate): void {
    const i = Math.floor((ts - this.steps.from) / (this.steps.stepSeconds * 1000));
    if (n === 0 || i < 0 || i >= this.steps.count) return;
    this.n[i] = (this.n[i] ?? 0) + n;
    this.sum[i] = (this.sum[i] ?? 0) + sum;
    this.min[i] = Math.min(this.min[i] ?? Infinity, min);
    this.max[i] = Math.max(this.max[i] ?? -Infinity, max);
    if (ts >= (this.lastAt[i] ?? -Infinity)) {
      this.last[i] = last;
      this.lastAt[i] = ts;
    }
  }

  result(): Bucketed {
    const filled = (values: Float64Array) => Array.from(values, (value, i) => (this.n[i] ? value : null));
    // A sum of huge values may overflow: then the average is unknown, not infinite.
    const avg = Array.from(this.sum, (sum, i) => (this.n[i] && Number.isFinite(sum) ? sum / this.n[i] : null));
    return { avg, min: filled(this.min), max: filled(this.max), last: filled(this.last) };
  }
}
