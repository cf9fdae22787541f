import { describe, expect, it } from "vitest";
import { type Findings, isReady, toReport } from "./report";

const NOW = Date.UTC(2026, 0, 1);
const WELL: Findings = {
  latencyMs: 0.4,
  lastRunAt: NOW - 3_000,
  intervalSeconds: 5,
  oldestHeadAt: NOW - 50 * 60_000,
  pools: 3,
};

describe("toReport", () => {
  it.each<[string, Findings | null, string, boolean]>([
    ["all is well", WELL, "healthy", true],
    ["nothing to seal", { ...WELL, oldestHeadAt: null }, "healthy", true],
    ["the database is away", null, "unhealthy", false],
    ["the database is slow", { ...WELL, latencyMs: 501 }, "degraded", true],
    ["the collector never ran", { ...WELL, lastRunAt: null }, "unhealthy", false],
    ["the collector is a little late", { ...WELL, lastRunAt: NOW - 29_000 }, "healthy", true],
    ["the collector is late", { ...WELL, lastRunAt: NOW - 31_000 }, "degraded", true],
    ["the collector runs seldom", { ...WELL, lastRunAt: NOW - 100_000, intervalSeconds: 60 }, "healthy", true],
    ["the collector stands still", { ...WELL, lastRunAt: NOW - 301_000 }, "unhealthy", false],
    ["a clock that is ahead", { ...WELL, lastRunAt: NOW + 5_000 }, "healthy", true],
    ["samples of 70 minutes ago", { ...WELL, oldestHeadAt: NOW - 70 * 60_000 }, "healthy", true],
    ["samples of 71 minutes ago", { ...WELL, oldestHeadAt: NOW - 71 * 60_000 }, "degraded", true],
  ])("%s", (_, findings, status, ready) => {
    const report = toReport(findings, NOW);
    expect(report.status).toBe(status);
    expect(isReady(report)).toBe(ready);
    expect(report.dependencies.map(({ name }) => name)).toEqual(["database", "collector", "history"]);
  });

  it("says nothing of addresses, names or errors", () => {
    expect(JSON.stringify(toReport(null, NOW))).not.toMatch(/\d+\.\d+\.\d+\.\d+|postgres|ECONN|password/i);
  });
});
