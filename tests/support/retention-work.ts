// The work of a history in small: what is sealed, reduced and dropped in which order, for tests that interrupt it.
import { HOUR_MS } from "../../lib/metrics/hour";
import { applyRetention, type RetentionPolicy } from "../../lib/metrics/retention";
import { sealHours } from "../../lib/metrics/seal";
import type { HistoryModel } from "./history-model";

const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
export const WEEK = Date.UTC(2026, 8, 7);
/** Eight days after the end of that week. */
export const NOW = WEEK + 15 * DAY_MS;

const policy = (downsampleInterval: RetentionPolicy["downsampleInterval"]): RetentionPolicy => ({
  archiveEnabled: true,
  retentionDays: 30,
  retentionMonths: 12,
  downsampleAfterDays: 7,
  downsampleInterval,
});

/** Each may be ended at any point and begun again. */
export const WORK = {
  seal: () => sealHours(NOW),
  "5s": () => applyRetention(policy("5s"), NOW, { dryRun: false }),
  "1m": () => applyRetention(policy("1m"), NOW, { dryRun: false }),
  "5m": () => applyRetention(policy("5m"), NOW, { dryRun: false }),
  "1h": () => applyRetention(policy("1h"), NOW, { dryRun: false }),
  delete: () => applyRetention(policy("1h"), NOW + 30 * DAY_MS, { dryRun: false }),
};
export type Work = keyof typeof WORK;

const every = (from: number, count: number, ms: number) => Array.from({ length: count }, (_, i) => from + i * ms);

/** Two parts in three hours of the old week and one of this one. */
export async function writeSome(model: HistoryModel): Promise<void> {
  await model.write([...every(WEEK, 12, 400_000), ...every(WEEK + 7 * DAY_MS - HOUR_MS, 5, 30_000)]);
  await model.write(every(NOW - 5 * HOUR_MS, 5, 60_000));
}

/** Late samples at the end of an hour that was sealed, and in one that never was. */
export async function writeLate(model: HistoryModel, turn: number): Promise<void> {
  await model.write([WEEK + HOUR_MS - 20_000 + turn, WEEK + 4 * DAY_MS + turn]);
}
