// Who is due, decided from times that are given: a fixed grid per task on the wall clock, so that nothing drifts.

/** Grid of one task: points lie at `phaseMs + k × intervalMs` since the epoch. */
export interface Grid {
  intervalMs: number;
  phaseMs: number;
}

/** Longest pause between two tries at something that fails, in milliseconds. */
export const LONGEST_BACKOFF_MS = 300_000;

/** How far a run may begin from its grid point and still carry the point's time, in milliseconds. */
const SNAP_MS = 500;

/**
 * A subject's place within every interval, so that a fleet is asked evenly. The same after a restart, or the
 * steps of its history would shift; 0 for the first server.
 */
export function phaseOf(subject: number, intervalMs: number): number {
  const golden = 0.6180339887498949;
  const fraction = ((subject - 2) * golden) % 1;
  return Math.floor((fraction < 0 ? fraction + 1 : fraction) * intervalMs);
}

/** The first grid point after `now` (milliseconds since the epoch). */
export function nextTick(now: number, { intervalMs, phaseMs }: Grid): number {
  return phaseMs + (Math.floor((now - phaseMs) / intervalMs) + 1) * intervalMs;
}

/**
 * The time a sample taken at `now` is stored under: its grid point, or `now` itself when the run was late. Never a point
 * that is still to come: what is asked there has a sample of its own.
 */
export function stampOf(now: number, grid: Grid): number {
  const tick = tickOf(now, grid);
  return now - tick <= Math.min(SNAP_MS, grid.intervalMs / 4) ? tick : now;
}

/**
 * When to ask again after `failures` failures in a row: the first keeps the interval, each further one doubles
 * the pause up to 5 minutes (never less than the interval), with up to 10 % of jitter.
 * @param random 0..1
 */
export function retryAt(now: number, grid: Grid, { failures, random }: { failures: number; random: number }): number {
  if (failures < 2) return nextTick(now, grid);
  const pause = Math.min(grid.intervalMs * 2 ** Math.min(failures - 1, 20), LONGEST_BACKOFF_MS);
  if (pause <= grid.intervalMs) return nextTick(now, grid);
  return nextTick(now + pause * (1 + random / 10) - grid.intervalMs, grid);
}

/** Grid points that went by unused between `dueAt` and `now`, not counting the one that is served now. */
export function missedTicks(dueAt: number, now: number, { intervalMs }: Grid): number {
  return Math.max(0, Math.floor((now - dueAt) / intervalMs));
}

/** The grid point at or before `now`: the beginning of the tick that it is in. */
export function tickOf(now: number, grid: Grid): number {
  return nextTick(now, grid) - grid.intervalMs;
}

/**
 * Whether what was asked at `askedAt` (by a clock that may be another machine's) was asked in the tick that began at
 * `tick`, so that asking again in that tick would double it.
 */
export function wasAskedIn(askedAt: number | undefined, tick: number, { intervalMs }: Grid): boolean {
  if (askedAt === undefined) return false;
  const early = Math.min(SNAP_MS, intervalMs / 4);
  return askedAt >= tick - early && askedAt < tick + intervalMs + early;
}

/** So many servers are asked for the first time at once; those behind them in groups, one group after the other. */
const FIRST_AT_ONCE = 64;
const GROUP = 8;
const GROUP_PAUSE_MS = 80;

/** How long each of many servers waits until it is asked for the first time, so that they do not all connect at once. */
export function entrances(servers: readonly number[]): Map<number, number> {
  const waits = new Map<number, number>();
  for (const server of servers) {
    if (waits.has(server)) continue;
    const behind = waits.size - FIRST_AT_ONCE;
    waits.set(server, behind < 0 ? 0 : (Math.floor(behind / GROUP) + 1) * GROUP_PAUSE_MS);
  }
  return waits;
}
