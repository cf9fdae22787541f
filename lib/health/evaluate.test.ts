import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionsPercent, evaluateSystem, evaluateValue, type SystemValues, worstOf } from "./evaluate";
import { HEALTH_STATUSES, type HealthStatus, type Thresholds } from "./schema";

const THRESHOLDS: Thresholds = {
  cpu_percent: { warning: 70, critical: 90 },
  ram_percent: { warning: 70, critical: 85 },
  disk_percent: { warning: 70, critical: 90 },
  latency_ms: { warning: 100, critical: 500 },
  db_connections: { warning: 80, critical: 95 },
};
const CALM: SystemValues = {
  cpu_percent: 3,
  ram_percent: 40,
  disk_percent: 50,
  latency_ms: 0.4,
  db_connections: 12,
  db_max_connections: 100,
};

describe("evaluateValue", () => {
  it.each<[number | null, HealthStatus]>([
    [0, "healthy"],
    [69.999, "healthy"],
    [70, "warning"],
    [89.999, "warning"],
    [90, "critical"],
    [1e9, "critical"],
    [null, "unknown"],
    [Number.NaN, "unknown"],
    [Number.POSITIVE_INFINITY, "unknown"],
  ])("%s is %s", (value, expected) => {
    expect(evaluateValue(value, { warning: 70, critical: 90 })).toBe(expected);
  });

  it("calls a value critical, not warning, where both thresholds are one number", () => {
    expect(evaluateValue(80, { warning: 80, critical: 80 })).toBe("critical");
  });
});

describe("evaluateSystem", () => {
  it.each<[string, Partial<SystemValues>, HealthStatus]>([
    ["calm", {}, "healthy"],
    ["one warning", { ram_percent: 70 }, "warning"],
    ["one critical beats a warning", { ram_percent: 70, latency_ms: 500 }, "critical"],
    ["one unknown is no health", { cpu_percent: null }, "unknown"],
    ["a warning beats an unknown", { cpu_percent: null, disk_percent: 71 }, "warning"],
    ["80 of 100 connections", { db_connections: 80 }, "warning"],
    ["95 of 100 connections", { db_connections: 95 }, "critical"],
    ["80 of 400 connections", { db_connections: 80, db_max_connections: 400 }, "healthy"],
    ["connections without a maximum", { db_max_connections: null }, "unknown"],
  ])("%s", (_, over, overall) => {
    expect(evaluateSystem({ ...CALM, ...over }, THRESHOLDS).overall).toBe(overall);
  });
});

describe("worstOf", () => {
  it("never hides a worse one, and knows nothing of nothing", () => {
    expect(worstOf([])).toBe("unknown");
    const list = fc.array(fc.constantFrom(...HEALTH_STATUSES), { minLength: 1 });
    fc.assert(
      fc.property(list, (statuses) => {
        const worst = worstOf(statuses);
        expect(statuses).toContain(worst);
        if (statuses.includes("critical")) expect(worst).toBe("critical");
        if (worst === "healthy") expect(new Set(statuses)).toEqual(new Set(["healthy"]));
      }),
    );
  });
});

describe("connectionsPercent", () => {
  it.each([
    [5, 20, 25],
    [0, 100, 0],
    [5, 0, null],
    [null, 100, null],
  ])("%s of %s is %s", (used, most, expected) => {
    expect(connectionsPercent({ db_connections: used, db_max_connections: most })).toBe(expected);
  });
});
