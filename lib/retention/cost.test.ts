import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dailyGrowth, diskCost, policyOf } from "./cost";

const rate = fc.double({ min: 0, max: 1e9, noNaN: true });
const rates = fc.record({
  fullBytesPerHour: rate,
  reducedBytesPerHour: fc.record({ "5s": rate, "1m": rate, "5m": rate }),
  hourlyBytesPerHour: rate,
  samplesPerHour: rate,
});
const policies = fc
  .record({
    archiveEnabled: fc.constant(true),
    retentionDays: fc.integer({ min: 1, max: 3_650 }),
    retentionMonths: fc.integer({ min: 1, max: 120 }),
    downsampleAfterDays: fc.integer({ min: 0, max: 3_650 }),
    downsampleInterval: fc.constantFrom("5s", "1m", "5m", "1h"),
  })
  .map((policy) => ({ ...policy, downsampleAfterDays: Math.min(policy.downsampleAfterDays, policy.retentionDays) }));
const RATES = {
  fullBytesPerHour: 100,
  reducedBytesPerHour: { "5s": 90, "1m": 20, "5m": 10 },
  hourlyBytesPerHour: 1,
  samplesPerHour: 1_000,
};
const POLICY = {
  archiveEnabled: true,
  retentionDays: 28,
  retentionMonths: 12,
  downsampleAfterDays: 7,
  downsampleInterval: "1m",
} as const;

describe("diskCost", () => {
  it("splits what is stored in the long run by resolution", () => {
    const cost = diskCost(RATES, POLICY);
    // Half a week more than 7 days at full resolution, 21 days reduced, half a month more than a year of hours.
    expect(cost).toMatchObject({ fullBytes: 10.5 * 2_400, reducedBytes: 21 * 480 });
    expect(cost?.hourlyBytes).toBeCloseTo((365.2425 / 12) * 12.5 * 24, 6);
    expect(cost?.totalBytes).toBeCloseTo(10.5 * 2_400 + 21 * 480 + (365.2425 / 12) * 12.5 * 24, 6);
    expect(cost?.steadyAfterDays).toBeCloseTo(380.46, 1);
  });

  it("keeps nothing between full resolution and hours at 1h", () => {
    expect(diskCost(RATES, { ...POLICY, downsampleInterval: "1h" })).toMatchObject({
      reducedBytes: 0,
      fullBytes: 25_200,
    });
  });

  it("keeps the last day at full resolution whatever the policy", () => {
    expect(diskCost(RATES, { ...POLICY, downsampleAfterDays: 0 })).toMatchObject({ fullBytes: 4.5 * 2_400 });
  });

  it("has no end while nothing is deleted", () => {
    expect(diskCost(RATES, { ...POLICY, archiveEnabled: false })).toBeNull();
    expect(dailyGrowth(RATES)).toBe(2_424);
  });

  it("is the sum of its parts, never negative, and in proportion to what is collected", () => {
    fc.assert(
      fc.property(rates, policies, (given, policy) => {
        const cost = diskCost(given, policy);
        const { fullBytes = -1, reducedBytes = -1, hourlyBytes = -1, totalBytes = 0 } = cost ?? {};
        expect(Math.min(fullBytes, reducedBytes, hourlyBytes)).toBeGreaterThanOrEqual(0);
        expect(totalBytes).toBeCloseTo(fullBytes + reducedBytes + hourlyBytes, 3);
        const double = (bytes: number) => bytes * 2;
        const { reducedBytesPerHour: reduced } = given;
        const twice = diskCost(
          {
            ...given,
            fullBytesPerHour: double(given.fullBytesPerHour),
            hourlyBytesPerHour: double(given.hourlyBytesPerHour),
            reducedBytesPerHour: {
              "5s": double(reduced["5s"]),
              "1m": double(reduced["1m"]),
              "5m": double(reduced["5m"]),
            },
          },
          policy,
        );
        expect(twice?.totalBytes).toBeCloseTo(totalBytes * 2, 0);
      }),
    );
  });

  it("never grows by keeping less, where coarser is smaller", () => {
    const lower = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(policies, lower, lower, (policy, days, months) => {
        const retentionDays = Math.max(1, policy.retentionDays - days);
        const less = {
          ...policy,
          retentionDays,
          retentionMonths: Math.max(1, policy.retentionMonths - months),
          downsampleAfterDays: Math.min(retentionDays, Math.max(0, policy.downsampleAfterDays - days)),
        };
        const [before, after] = [diskCost(RATES, policy), diskCost(RATES, less)];
        expect(after?.totalBytes).toBeLessThanOrEqual((before?.totalBytes ?? 0) + 1e-6);
        expect(after?.steadyAfterDays).toBeLessThanOrEqual(before?.steadyAfterDays ?? 0);
      }),
    );
  });
});

describe("policyOf", () => {
  it("lets no reducing begin after the retention, whatever the environment fixes", () => {
    const policy = policyOf({
      archive_enabled: true,
      retention_days: 3,
      retention_months: 1,
      downsample_after_days: 7,
      downsample_interval: "5m",
    });
    expect(policy).toEqual({
      archiveEnabled: true,
      retentionDays: 3,
      retentionMonths: 1,
      downsampleAfterDays: 3,
      downsampleInterval: "5m",
    });
  });
});
