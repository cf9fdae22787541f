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

/** Steps of equal length, aligned to multiples of it since the epoch; step i covers [from + i × step, … + step). */
export interface Steps {
  stepSeconds: number;
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  count: number;
}

/** The steps that touch [from, to), both in ms since the epoch. */
export function stepsOf(from: number, to: number, stepSeconds: number): Steps {
  const step = stepSeconds * 1000;
  const first = Math.floor(from / step);
  const end = Math.max(first, Math.ceil(to / step));
  return { stepSeconds, from: first * step, to: end * step, count: end - first };
}

/** The finest steps of the ladder that show [from, to) (ms since the epoch) in at most `points`. */
export function chooseSteps(from: number, to: number, points: number): Steps {
  for (const stepSeconds of LADDER) {
    const steps = stepsOf(from, to, stepSeconds);
    if (steps.count <= points) return steps;
  }
  return stepsOf(from, to, Math.ceil((to - from) / 1000 / Math.max(1, points - 1) / DAY) * DAY);
}
