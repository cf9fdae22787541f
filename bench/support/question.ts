// What every store is asked, and what it must answer: the same numbers.

export interface SeriesName {
  probe: string;
  /** Without the probe's name. */
  metric: string;
  labels: Record<string, string>;
}

export interface Question {
  subject: number;
  series: readonly SeriesName[];
  /** Milliseconds since the epoch; `to` is not part of the range. */
  from: number;
  to: number;
  /** Whole seconds; from and to are multiples of it. For `raw` the distance of the samples. */
  stepSeconds: number;
  /** Every sample instead of averages. */
  raw: boolean;
}

/** By series, then by step (or sample, for `raw`), ascending; null where there is none. */
export type Answer = (number | null)[][];

export type Aggregate = "avg" | "min" | "max";

/** One way of asking one store. */
export interface Way {
  store: string;
  name: string;
  /** Whether it answers the question itself; others are measured for comparison only. */
  counts: boolean;
  ask(question: Question): Promise<Answer>;
}

const TOLERANCE = 1e-9;

/**
 * Compares answers of two stores.
 * @throws Error that names the first difference
 */
export function requireSame(question: Question, [name, answer]: [string, Answer], [other, expected]: [string, Answer]) {
  question.series.forEach((_, i) => {
    const [ours = [], theirs = []] = [expected[i], answer[i]];
    // Without a time of their own, samples that a store lacks are only seen in their number.
    if (ours.length !== theirs.length)
      throw new Error(`${name} gave ${theirs.length} values of series ${i}, ${other} ${ours.length}`);
    const at = ours.findIndex((value, k) => !isSame(value, theirs[k] ?? null));
    if (at >= 0) throw new Error(`${name} gave ${theirs[at]} for value ${at} of series ${i}, ${other} ${ours[at]}`);
  });
}

function isSame(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}
