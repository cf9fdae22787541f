// What retention means for a calendar of partitions: which go, which are reduced. Pure.
import { HOUR_MS } from "./hour";
import { type Partition, type StoredPartition, startOfMonth } from "./partitions";
import type { ReducedStep } from "./reduce";

/** How long history is kept, and how finely. */
export interface RetentionPolicy {
  /** false: nothing is reduced or deleted. */
  archiveEnabled: boolean;
  /** How long everything finer than an hour is kept. */
  retentionDays: number;
  /** How long hourly aggregates are kept at least; calendar months. Those of hours that are kept finer stay as well. */
  retentionMonths: number;
  /** From which age on full resolution is reduced. */
  downsampleAfterDays: number;
  /** To steps of this length; `1h`: the hourly aggregates stand alone. */
  downsampleInterval: "5s" | "1m" | "5m" | "1h";
}

/** A week, with those of its tables that are there. */
export interface Week {
  /** Hours since the epoch. */
  from: number;
  to: number;
  samples?: StoredPartition;
  reduced?: StoredPartition;
}

export const tablesOf = ({ samples, reduced }: Week): Partition[] =>
  [samples, reduced].filter((table) => table !== undefined);

export interface RetentionPlan {
  /** Weeks of which nothing finer than an hour stays. */
  expired: Week[];
  /** Weeks of which only the hourly aggregates stay. */
  toHours: Week[];
  /** Weeks that are to be kept in steps of this length. */
  toSteps: { step: ReducedStep; weeks: Week[] };
  /** Months of hourly aggregates to drop. */
  months: Partition[];
  /** The first hour whose aggregate is kept. */
  aggregatesFrom: number;
}

const DAY_MS = 86_400_000;
const STEPS = { "5s": 5, "1m": 60, "5m": 300 } as const;

/** @param now ms since the epoch */
export function planRetention(
  policy: RetentionPolicy,
  now: number,
  partitions: readonly StoredPartition[],
): RetentionPlan {
  const { downsampleInterval } = policy;
  const step = downsampleInterval === "1h" ? 5 : STEPS[downsampleInterval];
  const weeks = weeksOf(partitions);
  const isExpired = endedDaysAgo(policy.retentionDays, now);
  const isOld = endedDaysAgo(policy.downsampleAfterDays, now);
  const kept = weeks.filter((week) => !isExpired(week));
  const old = kept.filter(isOld);
  const toHours = downsampleInterval === "1h" ? old : [];
  // Long ranges are read from the aggregates: what is kept finer must not be without.
  const finer = kept.filter((week) => !toHours.includes(week)).map(({ from }) => startOfMonth(from * HOUR_MS));
  const byAge = startOfMonth(monthsBefore(now, policy.retentionMonths));
  const aggregatesFrom = Math.min(byAge, startOfMonth(now - DAY_MS), ...finer);
  return {
    expired: weeks.filter(isExpired),
    toHours,
    toSteps: { step, weeks: downsampleInterval === "1h" ? [] : old },
    months: partitions.filter(({ parent, to }) => parent === "sample_hour" && to <= aggregatesFrom),
    aggregatesFrom,
  };
}

/** A calendar month has no 31st everywhere: then its last day counts. */
function monthsBefore(now: number, months: number): number {
  const date = new Date(now);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, last));
}

/** Late samples are usual for a day: what ended since then stays, whatever the policy. */
const endedDaysAgo = (days: number, now: number) => {
  const cut = (now - Math.max(1, days) * DAY_MS) / HOUR_MS;
  return ({ to }: { to: number }): boolean => to <= cut;
};

function weeksOf(partitions: readonly StoredPartition[]): Week[] {
  const weeks = new Map<number, Week>();
  for (const partition of partitions) {
    if (partition.parent === "sample_hour") continue;
    const week = weeks.get(partition.from) ?? { from: partition.from, to: partition.to };
    week[partition.parent === "sample_data" ? "samples" : "reduced"] = partition;
    weeks.set(partition.from, week);
  }
  return [...weeks.values()].sort((a, b) => a.from - b.from);
}
