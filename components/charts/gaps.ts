// Finds the times of which nothing is known, to be hatched.
import { stretches } from "./path";

export interface Interval {
  from: number;
  to: number;
}

export interface Presence extends Interval {
  /** Ascending; same unit as `from`, `to` and `maxGap`. */
  ts: readonly number[];
  /** Before it nothing was asked, so that nothing is missing. */
  since: number;
  /** Every series of the chart. */
  series: readonly (readonly (number | null)[])[];
  /** Samples further apart have a gap between them. */
  maxGap: number;
  /** No sample for longer than this before `to`: the newest value is stale up to the right edge. */
  staleAfter: number;
}

/** Intervals without a value in any series, in order: before the first sample, between samples, and after a stale last one. */
export function gaps(presence: Presence): Interval[] {
  const { ts, maxGap, to } = presence;
  const from = Math.min(Math.max(presence.from, presence.since), to);
  const runs = stretches({ ts, values: known(presence), maxGap });
  if (runs.length === 0) return from < to ? [{ from, to }] : [];
  const at = (index: number | undefined) => ts[index ?? -1] ?? from;
  const found: Interval[] = [];
  let end = from;
  for (const run of runs) {
    if (at(run[0]) - end > maxGap) found.push({ from: end, to: at(run[0]) });
    end = at(run.at(-1));
  }
  const stale = staleSince(presence);
  return stale === null ? found : [...found, { from: Math.max(from, stale), to }];
}

/** Time of the last sample once it is too old, else null; null as well where there is none. */
export function staleSince(presence: Presence): number | null {
  const { ts, maxGap, staleAfter, to } = presence;
  const last = ts[known(presence).lastIndexOf(1)];
  return last !== undefined && to - last > Math.max(staleAfter, maxGap) ? last : null;
}

const known = ({ ts, series }: Presence): (1 | null)[] =>
  ts.map((_, index) => (series.some((values) => typeof values[index] === "number") ? 1 : null));
