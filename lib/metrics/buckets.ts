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

  constructor(private readonly steps: Steps) {
    const of = (value: number) => new Float64Array(steps.count).fill(value);
    [this.n, this.sum, this.last] = [of(0), of(0), of(0)];
    [this.min, this.max, this.lastAt] = [of(Infinity), of(-Infinity), of(-Infinity)];
    this.stepMs = steps.stepSeconds * 1000;
  }

  /** Adds samples; those outside the steps or not finite count for nothing. */
  addSamples({ times, values }: Samples): void {
    for (let i = 0; i < times.length; ) {
      const end = this.steps.from + (Math.floor(((times[i] ?? 0) - this.steps.from) / this.stepMs) + 1) * this.stepMs;
      const part = { n: 0, sum: 0, min: Infinity, max: -Infinity, last: 0 };
      let lastAt = 0;
      for (; i < times.length; i++) {
        const at = times[i] ?? 0;
        if (at >= end) break;
        const value = values[i] ?? 0;
        // Infinite or NaN: no value to reckon with.
        if (value - value !== 0) continue;
        part.n++;
        part.sum += value;
        if (value < part.min) part.min = value;
        if (value > part.max) part.max = value;
        part.last = value;
        lastAt = at;
      }
      this.addAggregate(lastAt, part);
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
