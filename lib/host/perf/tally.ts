// Sums of what perf counted: every interval goes in, and what lies between two readings comes out.
import { type Fare, PERF_EVENTS, type PerfEvent } from "./events";
import type { PerfInterval } from "./output";

/** Of one event: only intervals in which it was counted. */
export interface Tally {
  count: number;
  intervals: number;
  seconds: number;
  /** Percent × seconds; null as soon as perf did not tell it once. */
  percentSeconds: number | null;
}

export type Tallies = ReadonlyMap<PerfEvent, Tally>;

const NOTHING: Tally = { count: 0, intervals: 0, seconds: 0, percentSeconds: 0 };

/** `tallies` with an interval more. */
export function withInterval(tallies: Tallies, { seconds, events }: PerfInterval): Tallies {
  const sums = new Map(tallies);
  for (const [event, { count, percent }] of events) {
    if (typeof count !== "number") continue;
    const sum = sums.get(event) ?? NOTHING;
    const known = sum.percentSeconds === null || percent === null ? null : sum.percentSeconds + percent * seconds;
    sums.set(event, {
      count: sum.count + count,
      intervals: sum.intervals + 1,
      seconds: sum.seconds + seconds,
      percentSeconds: known,
    });
  }
  return sums;
}

/** What one or more intervals say of an event. */
export interface PerfValue {
  /** Average of an interval. */
  value: number;
  perSecond: number;
  /** Percent of the time for which the event was really counted. */
  confidence: number | null;
}

/** By event, what was counted after `before`; events that were not counted since are missing. */
export function valuesSince(now: Tallies, before: Tallies): Map<PerfEvent, PerfValue> {
  const values = new Map<PerfEvent, PerfValue>();
  for (const event of PERF_EVENTS) {
    const sum = now.get(event);
    const start = before.get(event) ?? NOTHING;
    const intervals = (sum?.intervals ?? 0) - start.intervals;
    const seconds = (sum?.seconds ?? 0) - start.seconds;
    if (!sum || intervals <= 0 || seconds <= 0) continue;
    const [percents, startPercents] = [sum.percentSeconds, start.percentSeconds];
    values.set(event, {
      value: (sum.count - start.count) / intervals,
      perSecond: (sum.count - start.count) / seconds,
      confidence: percents === null || startPercents === null ? null : (percents - startPercents) / seconds,
    });
  }
  return values;
}

/** How each event fared in an interval; one that perf does not know is missing. */
export function faresIn({ events }: PerfInterval): Map<PerfEvent, Fare> {
  return new Map([...events].map(([event, { count }]) => [event, typeof count === "number" ? "counted" : count]));
}
