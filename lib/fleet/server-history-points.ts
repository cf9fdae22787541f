// Samples of a series put into the rows that older clients read, and what follows from two series. Pure.
import type { Samples, StoredStep } from "../metrics/deliver";
import type { Range, Step } from "./server-history-range";

/** What the samples of a row come to. */
interface Point {
  n: number;
  sum: number;
  last: number;
  /** Time of the last one. */
  at: number;
}

/** One series over a range, by the start of each step, or by the time of each sample. Samples come in any order. */
export class Points {
  readonly rows = new Map<number, Point>();
  min: number | null = null;
  max: number | null = null;
  /** ms of the coarsest steps it is stored in. */
  storedMs = 0;

  constructor(
    private readonly range: Range,
    private readonly step: Step,
  ) {}

  addSamples({ times, values }: Samples): void {
    for (let i = 0; i < times.length; i++) {
      const value = values[i] ?? Number.NaN;
      if (Number.isFinite(value)) this.add(times[i] ?? 0, { n: 1, sum: value, min: value, max: value, last: value });
    }
  }

  addStep({ start, stepSeconds, ...aggregate }: StoredStep): void {
    if (aggregate.n > 0 && this.add(start, aggregate)) this.storedMs = Math.max(this.storedMs, 1_000 * stepSeconds);
  }

  private add(at: number, { n, sum, min, max, last }: Omit<StoredStep, "start" | "stepSeconds">): boolean {
    if (at < this.range.from || at >= this.range.to) return false;
    const key = this.step.ms === 0 ? at : Math.floor(at / this.step.ms) * this.step.ms;
    const row = this.rows.get(key);
    if (!row) this.rows.set(key, { n, sum, last, at });
    else {
      row.n += n;
      row.sum += sum;
      if (at >= row.at) [row.last, row.at] = [last, at];
    }
    this.min = Math.min(this.min ?? min, min);
    this.max = Math.max(this.max ?? max, max);
    return true;
  }

  /** Starts of its steps, ascending. */
  starts(): number[] {
    return [...this.rows.keys()].sort((a, b) => a - b);
  }
}

/** Of a step; null where it holds no sample, or where their sum has overflowed. */
export function meanOf(point: Point | undefined): number | null {
  return point && Number.isFinite(point.sum) ? point.sum / point.n : null;
}

/**
 * The last value of each row, or that of an earlier one which began at most `longestMs` before it.
 * @param starts ascending
 */
export function carried(points: Points | undefined, starts: readonly number[], longestMs: number): (number | null)[] {
  const known = points?.starts() ?? [];
  let next = 0;
  return starts.map((start) => {
    while ((known[next] ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    const at = known[next - 1];
    return at !== undefined && start - at <= longestMs ? (points?.rows.get(at)?.last ?? null) : null;
  });
}

/** So many intervals without a reading are no slow answer any more: readings are missing. */
const MISSING = 4;

/**
 * What a rate comes to by itself. A rate tells of the time since the reading before it, so that its number is that time
 * long; the first reading, one after a failure or a restart, and one of a counter that fell have none. Where readings
 * are missing before it, it counts for one interval only: nothing is made up for what nobody read.
 */
export class Growth {
  private readonly readings = new Set<number>();
  private readonly rates: { at: number; perSecond: number }[] = [];
  private readonly steps: { start: number; amount: number }[] = [];

  constructor(private readonly intervalMs: number) {}

  /** Times at which the server was read, whether or not there was a rate. */
  addReadings({ times }: Samples): void {
    for (const time of times) this.readings.add(time);
  }

  addRates({ times, values }: Samples): void {
    for (let i = 0; i < times.length; i++) {
      const perSecond = values[i] ?? Number.NaN;
      if (Number.isFinite(perSecond)) this.rates.push({ at: times[i] ?? 0, perSecond });
    }
  }

  /** Rates that are kept together: each counts for an interval, all of them for no more than the step. */
  addRateStep({ start, stepSeconds, n, sum }: StoredStep): void {
    if (n === 0) return;
    const seconds = Math.min(stepSeconds, (n * this.intervalMs) / 1_000);
    this.steps.push({ start, amount: (sum / n) * seconds });
  }

  /** By the start of each row; rows without a rate are left out. */
  rows({ from, to }: Range, { ms }: Step): Map<number, number> {
    const rows = new Map<number, number>();
    const add = (at: number, amount: number) => {
      if (at < from || at >= to || !Number.isFinite(amount)) return;
      const key = ms === 0 ? at : Math.floor(at / ms) * ms;
      rows.set(key, (rows.get(key) ?? 0) + amount);
    };
    for (const { start, amount } of this.steps) add(start, amount);
    const seconds = this.coverage();
    for (const { at, perSecond } of this.rates) add(at, perSecond * (seconds.get(at) ?? this.intervalMs / 1_000));
    return rows;
  }

  /** Seconds that each reading tells of. */
  private coverage(): Map<number, number> {
    const times = [...this.readings].sort((a, b) => a - b);
    const seconds = new Map<number, number>();
    let before = this.intervalMs;
    for (let i = 1; i < times.length; i++) {
      const gap = (times[i] ?? 0) - (times[i - 1] ?? 0);
      const whole = gap <= MISSING * Math.max(this.intervalMs, before);
      seconds.set(times[i] ?? 0, (whole ? gap : this.intervalMs) / 1_000);
      if (whole) before = gap;
    }
    return seconds;
  }
}
