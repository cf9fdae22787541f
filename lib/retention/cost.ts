// What a retention policy is, and what it costs in disk. Pure, and without the schemas' weight: it runs in browsers.
import type { RetentionPolicy, StorageRates } from "../metrics/retention";
import type { Retention } from "./schema";

/** The settings that say how long history is kept, as the store takes them. */
export function policyOf(
  settings: Pick<
    Retention,
    "archive_enabled" | "retention_days" | "retention_months" | "downsample_after_days" | "downsample_interval"
  >,
): RetentionPolicy {
  return {
    archiveEnabled: settings.archive_enabled,
    retentionDays: settings.retention_days,
    retentionMonths: settings.retention_months,
    // The environment may fix one of the two against the other.
    downsampleAfterDays: Math.min(settings.downsample_after_days, settings.retention_days),
    downsampleInterval: settings.downsample_interval,
  };
}

const DAY_HOURS = 24;
/** Weeks go as a whole, so on average half a week more is there than was asked for; months likewise. */
const HALF_WEEK_DAYS = 3.5;
const MONTH_DAYS = 365.2425 / 12;

/** Bytes that history takes once a policy has been in force for `steadyAfterDays`, on average over a week. */
export interface DiskCost {
  fullBytes: number;
  reducedBytes: number;
  hourlyBytes: number;
  totalBytes: number;
  /** Days until the oldest of it is deleted for the first time, counted from the first sample. */
  steadyAfterDays: number;
}

/**
 * What a policy will cost in disk while as much is collected as now; null where nothing is ever deleted.
 * A week is reduced or dropped when all of it is old enough and it ended a day ago, a month when all of it is old enough
 * and nothing of it is kept finer.
 */
export function diskCost(rates: StorageRates, policy: RetentionPolicy): DiskCost | null {
  if (!policy.archiveEnabled) return null;
  const fullDays = Math.max(1, policy.downsampleAfterDays) + HALF_WEEK_DAYS;
  const keptDays = Math.max(1, policy.retentionDays) + HALF_WEEK_DAYS;
  const { downsampleInterval: step } = policy;
  const finerDays = step === "1h" ? fullDays : keptDays;
  const hourlyDays = Math.max(policy.retentionMonths * MONTH_DAYS, finerDays) + 0.5 * MONTH_DAYS;
  const reducedPerHour = step === "1h" ? 0 : rates.reducedBytesPerHour[step];
  const reducedDays = Math.max(0, keptDays - fullDays);
  const fullBytes = fullDays * DAY_HOURS * rates.fullBytesPerHour;
  const reducedBytes = reducedDays * DAY_HOURS * reducedPerHour;
  const hourlyBytes = hourlyDays * DAY_HOURS * rates.hourlyBytesPerHour;
  return {
    fullBytes,
    reducedBytes,
    hourlyBytes,
    totalBytes: fullBytes + reducedBytes + hourlyBytes,
    steadyAfterDays: hourlyDays,
  };
}

/** Bytes a day by which history grows while nothing is deleted. */
export function dailyGrowth(rates: StorageRates): number {
  return (rates.fullBytesPerHour + rates.hourlyBytesPerHour) * DAY_HOURS;
}
