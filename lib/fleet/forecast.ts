// When a file system will be full if it goes on filling as it did: a straight line through what was free, and how far to trust it.

/** `days` until nothing is free; null where it does not fill, or where nothing can be said. */
export interface Forecast {
  days: number | null;
  /** What it loses a day, in bytes; negative where it gains. Null where nothing can be said. */
  bytesPerDay: number | null;
  /** Days of history that the line goes through. */
  basis: number;
}

const DAY_S = 86_400;
/** Less history than that says nothing about days. */
const LEAST_BASIS_DAYS = 1;
const LEAST_POINTS = 12;
/** Further ahead than that a line is no forecast. */
const FURTHEST_DAYS = 730;
/** Slower than this share of the size a day is standing still. */
const STILL = 1e-5;

/**
 * Median of the slopes between points that lie half of the range apart (Theil and Sen, thinned out): one big file that was
 * written and removed again does not bend it, unlike least squares.
 */
function slope(ts: readonly number[], values: readonly number[]): number {
  const half = Math.floor(ts.length / 2);
  const slopes = ts
    .slice(0, ts.length - half)
    .map((at, i) => ((values[i + half] ?? 0) - (values[i] ?? 0)) / ((ts[i + half] ?? 0) - at))
    .sort((a, b) => a - b);
  const middle = Math.floor(slopes.length / 2);
  return slopes.length % 2 === 1 ? (slopes[middle] ?? 0) : ((slopes[middle - 1] ?? 0) + (slopes[middle] ?? 0)) / 2;
}

/**
 * @param ts seconds since the epoch, ascending
 * @param free bytes at these times; null where unknown
 * @param total bytes of the file system
 */
export function forecast(ts: readonly number[], free: readonly (number | null)[], total: number | null): Forecast {
  const points = ts.flatMap((at, i) => (free[i] == null ? [] : [{ at, free: free[i] }]));
  const [first, last] = [points[0], points.at(-1)];
  const basis = first && last ? (last.at - first.at) / DAY_S : 0;
  if (!last || basis < LEAST_BASIS_DAYS || points.length < LEAST_POINTS)
    return { days: null, bytesPerDay: null, basis };
  const perDay =
    -slope(
      points.map(({ at }) => at),
      points.map((point) => point.free),
    ) * DAY_S;
  const bytesPerDay = Math.abs(perDay) < STILL * (total ?? 0) ? 0 : perDay;
  const days = bytesPerDay > 0 ? last.free / bytesPerDay : null;
  return { days: days !== null && days <= FURTHEST_DAYS ? days : null, bytesPerDay, basis };
}
