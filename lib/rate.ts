// Growth of counters per second: the one place that decides what a reset is.

/**
 * Growth per second of a counter between two readings, rounded as `roundRate` does.
 * @param elapsedSeconds monotonic seconds between the readings
 * @returns null when there is no earlier value, no time has passed, or the counter fell (reset, wrap, restart)
 */
export function ratePerSecond(
  now: number | null | undefined,
  before: number | null | undefined,
  elapsedSeconds: number,
): number | null {
  if (now == null || before == null || !Number.isFinite(now) || !Number.isFinite(before)) return null;
  if (!(elapsedSeconds > 0) || now < before) return null;
  return roundRate((now - before) / elapsedSeconds);
}

/**
 * A rate with the decimals that mean something at its size, since finer ones are noise that costs space: none from
 * 1000 on, 1 from 100, 2 from 10, else 3. From 1 on these are at least 4 significant digits.
 */
export function roundRate(rate: number): number {
  const size = Math.abs(rate);
  return roundTo(rate, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

/** `value` rounded to `decimals` decimal places (0..12); values too large to carry them come back unchanged. */
export function roundTo(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  const scaled = value * factor;
  return Math.abs(scaled) < 2 ** 53 ? Math.round(scaled) / factor : value;
}
