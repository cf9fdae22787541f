// Finds the times of which nothing is known, to be hatched.
import { stretches } from "./path";

export interface Interval {
  from: number;
  to: number;
}

export interface Presence extends Interval {
  /** Ascending; same unit as `from`, `to` and `maxGap`. */
  ts: readonly number[];
  /** Every series of the chart. */
  series: readonly (readonly (number | null)[])[];
  /** Samples further apart have a gap between them. */
  maxGap: number;
  /** No sample for longer than this before `to`: the newest value is stale up to the right edge. */
  staleAfter: number;
}

/** Intervals without a value in any series, in order: before the first sample, between samples, and after a stale last one. */
export function gaps({ ts, series, maxGap, staleAfter, from, to }: Presence): Interval[] {
  const known = ts.map((_, index) => (series.some((values) => typeof values[index] === "number") ? 1 : null));
  const runs = stretches({ ts, values: known, maxGap });
  const at = (index: number | undefined) => ts[index ?? -1] ?? from;
  const found: Interval[] = [];
  let end = from;
  for (const run of runs) {
    if (at(run[0]) - end > maxGap) found.push({ from: end, to: at(run[0]) });
    end = at(run.at(-1));
  }
  if (runs.length > 0 && to - end > Math.max(staleAfter, maxGap)) found.push({ from: end, to });
  return runs.length > 0 ? found : [{ from, to }];
}

/** Time since which the chart is stale, or null while its last sample is recent enough. */
export function staleSince(presence: Presence): number | null {
  const last = gaps(presence).at(-1);
  return last && last.to === presence.to && last.from > presence.from ? last.from : null;
}
