// Which steps a period is shown in: a few round ones, so that neighbouring reads and people meet the same borders.

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const LADDER = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 4, 7, 14, 28, 84, 364].map((days) => days * DAY),
];

/** Steps of equal length; step i covers [from + i × step, … + step). */
export interface Steps {
  stepSeconds: number;
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  count: number;
}

/** A period, ms since the epoch; `to` is not part of it. */
interface Period {
  from: number;
  to: number;
}

/** How a period is to be cut. */
export interface Cut {
  /** Steps at most, where no length is given. */
  points: number;
  /** A whole number from 1. */
  stepSeconds?: number | undefined;
  /** ms since the epoch; steps begin at this time plus multiples of their length. The epoch by default. */
  anchor?: number | undefined;
  /** Seconds of the coarsest resolution that is stored in the period: steps are multiples of it, or borders would lie. */
  stored: number;
}

/**
 * The steps that touch a period: of the length that was asked for, or the finest of the ladder in at most `points`.
 * Steps from an hour on begin at whole hours.
 */
export function cutPeriod(period: Period, { points, stepSeconds, anchor = 0, stored }: Cut): Steps {
  const aligned = (step: number) => {
    const unit = 1000 * (step % HOUR === 0 ? HOUR : stored > 1 ? stored : 0.001);
    return stepsOf(period, step, Math.floor(anchor / unit) * unit);
  };
  if (stepSeconds !== undefined) return aligned(Math.ceil(stepSeconds / stored) * stored);
  const most = Math.max(1, points);
  for (const step of LADDER) {
    const steps = step % stored === 0 ? aligned(step) : undefined;
    if (steps && steps.count <= most) return steps;
  }
  return aligned(Math.ceil((period.to - period.from) / 1000 / Math.max(1, most - 1) / DAY) * DAY);
}

function stepsOf({ from, to }: Period, stepSeconds: number, anchor: number): Steps {
  const step = stepSeconds * 1000;
  const first = Math.floor((from - anchor) / step);
  const end = Math.max(first, Math.ceil((to - anchor) / step));
  return { stepSeconds, from: anchor + first * step, to: anchor + end * step, count: end - first };
}

/** Whether values that are stored in steps of `stored` seconds (up to 1: sample by sample) fill these steps exactly. */
export function areFilledBy({ stepSeconds, from }: Steps, stored: number): boolean {
  return stored <= 1 || (stepSeconds % stored === 0 && from % (stored * 1000) === 0);
}
