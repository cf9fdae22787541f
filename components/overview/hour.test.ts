import { describe, expect, it } from "vitest";
import type { SystemMetrics } from "@/lib/health/schema";
import { extendHour, HOUR_POINTS, type Hour, summarize } from "./hour";

const rows = (values: (number | null)[]): Hour["values"] => ({
  cpu_percent: values,
  ram_percent: values,
  disk_percent: values,
  latency_ms: values,
  db_connections: values,
});
const hour: Hour = { stepSeconds: 30, ts: [0, 30, 60], values: rows([1, null, 3]) };
const reading = (seconds: number, cpu: number | null) =>
  ({ timestamp: new Date(seconds * 1_000).toISOString(), cpu_percent: cpu, ram_percent: 50 }) as SystemMetrics;

describe("extendHour", () => {
  it.each([
    ["nothing new", [], [0, 30, 60], [1, null, 3]],
    ["in the last step", [reading(65, 4), reading(70, 5)], [0, 30, 60], [1, null, 5]],
    ["in the next one", [reading(90, 4)], [0, 30, 60, 90], [1, null, 3, 4]],
    ["after a gap", [reading(155, 4)], [0, 30, 60, 90, 120, 150], [1, null, 3, null, null, 4]],
    ["without a value", [reading(65, null), reading(95, null)], [0, 30, 60, 90], [1, null, 3, null]],
    ["from the past", [reading(20, 9)], [0, 30, 60], [1, null, 3]],
  ])("takes readings %s", (_name, readings, ts, cpu) => {
    const extended = extendHour(hour, readings);
    expect(extended.ts).toEqual(ts);
    expect(extended.values.cpu_percent).toEqual(cpu);
  });

  it("drops the oldest steps and leaves what it was given", () => {
    const readings = Array.from({ length: 300 }, (_, index) => reading(90 + index * 30, index));
    const extended = extendHour(hour, readings);
    expect(extended.ts).toHaveLength(HOUR_POINTS);
    expect(extended.values.cpu_percent.at(-1)).toBe(299);
    expect(extended.values.ram_percent).toHaveLength(HOUR_POINTS);
    expect(hour.ts).toEqual([0, 30, 60]);
  });

  it("starts from nothing and survives a silence of days", () => {
    const started = extendHour({ stepSeconds: 30, ts: [], values: rows([]) }, [reading(91, 7)]);
    expect([started.ts, started.values.cpu_percent]).toEqual([[90], [7]]);
    expect(extendHour(started, [reading(900_000, 8)]).ts).toHaveLength(HOUR_POINTS);
  });
});

describe("summarize", () => {
  it.each([
    [[], null],
    [[null, null], null],
    [[2, null, 6, 4], { min: 2, max: 6, average: 4, change: 2 }],
  ])("%o", (values, expected) => {
    expect(summarize(values)).toEqual(expected);
  });
});
