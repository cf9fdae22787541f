import { describe, expect, it } from "vitest";
import { HOUR_MS } from "./hour";
import { partitionsOf, type StoredPartition } from "./partitions";
import { planRetention, type RetentionPolicy } from "./retention-plan";

const DAY_MS = 24 * HOUR_MS;
const POLICY: RetentionPolicy = {
  archiveEnabled: true,
  retentionDays: 30,
  retentionMonths: 1,
  downsampleAfterDays: 7,
  downsampleInterval: "1m",
};

/** All partitions from one day to another. */
function partitions(from: number, to: number): StoredPartition[] {
  const found = new Map<string, StoredPartition>();
  for (let ts = from; ts < to; ts += DAY_MS)
    for (const partition of partitionsOf(ts / HOUR_MS)) found.set(partition.name, { ...partition, note: null });
  return [...found.values()];
}

const plan = (now: number, policy: Partial<RetentionPolicy> = {}) =>
  planRetention({ ...POLICY, ...policy }, now, partitions(now - 200 * DAY_MS, now + DAY_MS));
const lastMonth = (now: number, months: number) =>
  plan(now, { retentionMonths: months, retentionDays: 1, downsampleAfterDays: 1 }).months.at(-1)?.name;

describe("planRetention", () => {
  it.each([
    ["2027-03-31T12:00Z", 1, "sample_hour_202701"],
    ["2027-03-01T12:00Z", 1, "sample_hour_202701"],
    ["2027-02-28T23:00Z", 1, "sample_hour_202612"],
    // 31 January a month ago is the end of February, and 31 March a month ago too.
    ["2028-03-31T00:00Z", 1, "sample_hour_202801"],
    ["2028-02-29T12:00Z", 1, "sample_hour_202712"],
    ["2027-05-31T12:00Z", 3, "sample_hour_202701"],
    // Daylight saving does not move the borders: they are UTC.
    ["2027-03-28T01:30Z", 1, "sample_hour_202701"],
    ["2027-10-31T01:30Z", 1, "sample_hour_202708"],
  ])("at %s with %i months the aggregates are dropped up to %s", (now, months, name) => {
    expect(lastMonth(Date.parse(now), months)).toBe(name);
  });

  it("touches a week when it is wholly older than the policy's age, at any hour of three years", () => {
    const start = Date.UTC(2027, 0, 1);
    for (let now = start; now < start + 3 * 366 * DAY_MS; now += 7 * DAY_MS + 5 * HOUR_MS) {
      const { expired, toSteps } = plan(now);
      const ages = (weeks: readonly { to: number }[]) => weeks.map(({ to }) => (now - to * HOUR_MS) / DAY_MS);
      expect(ages(expired).every((age) => age >= 30)).toBe(true);
      expect(ages(toSteps.weeks).every((age) => age >= 7 && age < 30)).toBe(true);
      // A week is not forgotten: the youngest one is not older than a week more.
      expect(Math.min(...ages(expired))).toBeLessThan(37);
      expect(Math.min(...ages(toSteps.weeks))).toBeLessThan(14);
    }
  });

  it.each([
    ["1m", "sample_hour_202702"],
    ["1h", "sample_hour_202705"],
  ] as const)("keeps the aggregates of whatever is kept finer than an hour, reducing to %s", (interval, name) => {
    const policy = { retentionMonths: 1, retentionDays: 120, downsampleInterval: interval };
    const { months, aggregatesFrom } = plan(Date.parse("2027-07-01T12:00Z"), policy);
    expect(months.at(-1)?.name).toBe(name);
    expect(months.every(({ to }) => to <= aggregatesFrom)).toBe(true);
  });

  it("leaves what ended less than a day ago, whatever the policy", () => {
    const end = Date.UTC(2027, 1, 1);
    const policy = { retentionDays: 1, downsampleAfterDays: 0, retentionMonths: 1 };
    const ends = (now: number) => plan(now, policy).expired.at(-1)?.to;
    expect(ends(end + DAY_MS - 1)).toBeLessThan(end / HOUR_MS);
    expect(ends(end + DAY_MS)).toBe(end / HOUR_MS);
  });
});
