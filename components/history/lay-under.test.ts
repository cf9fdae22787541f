import { describe, expect, it } from "vitest";
import type { Comparison } from "@/lib/metrics/schema";
import { metricBefore } from "../charts/earlier";
import { layUnder } from "./lay-under";

const DAY = 86_400;
const HOUR = 3_600;
const A = Date.parse("2026-03-02T12:20:00Z") / 1000;

const values = (...avg: (number | null)[]) => ({ avg, min: avg, max: avg });
const comparison = (step: number, shift: number): Comparison => ({
  step_s: step,
  a: { from: A, to: A + 2 * step },
  b: { from: A - shift, to: A - shift + 2 * step },
  offsets: [0, step],
  since: 0,
  series: [
    {
      metric: "disk.io",
      labels: { device: "sda" },
      instance: "sda",
      unit: "1/s",
      interval_s: 5,
      a: values(1, null),
      b: values(3, 4),
      summary: { a: { avg: 1, min: 1, max: 1 }, b: { avg: 3.5, min: 3, max: 4 }, change_percent: -71.4 },
    },
  ],
});

describe("layUnder", () => {
  it("puts the range before at the times of the shown one, step by step", () => {
    const { result, span, shiftSeconds } = layUnder(comparison(60, DAY));
    expect(result).toMatchObject({
      step_s: 60,
      ts: [A, A + 60],
      series: [
        { metric: "disk.io", labels: { device: "sda" }, avg: [1, null] },
        { metric: metricBefore("disk.io"), labels: { device: "sda" }, avg: [3, 4] },
      ],
    });
    expect(span).toEqual({ from: A, to: A + 120 });
    expect(shiftSeconds).toBe(DAY);
  });

  it("takes steps of hours from the whole hour in which each range begins", () => {
    const { result, shiftSeconds } = layUnder(comparison(HOUR, DAY + 30 * 60));
    const noon = A - 20 * 60;
    expect(result.ts).toEqual([noon, noon + HOUR]);
    // The range before begins at 11:50, its first step at 11:00 the day before.
    expect(shiftSeconds).toBe(DAY + HOUR);
  });
});
