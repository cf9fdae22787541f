import { expect, it } from "vitest";
import type { PerfInterval } from "./output";
import { type Tallies, valuesSince, withInterval } from "./tally";

const NONE: Tallies = new Map();
const interval = (seconds: number, cycles: number | "not counted" | "not supported", percent: number | null = 100) =>
  ({ seconds, events: new Map([["cycles", { count: cycles, percent }]]) }) satisfies PerfInterval;

it("uses every interval: the average of one, and the count per second, weighed by their lengths", () => {
  const sums = [interval(1, 1_000), interval(3, 6_000, 50)].reduce<Tallies>(withInterval, NONE);
  expect(valuesSince(sums, NONE).get("cycles")).toEqual({ value: 3_500, perSecond: 1_750, confidence: 62.5 });
});

it("tells the same per second whatever the interval is", () => {
  const perSecond = (seconds: number) =>
    valuesSince(withInterval(NONE, interval(seconds, 2_000_000 * seconds)), NONE).get("cycles")?.perSecond;
  expect([0.1, 1, 60].map(perSecond)).toEqual([2_000_000, 2_000_000, 2_000_000]);
});

it("leaves out an interval in which the event was not counted, and says nothing where that is all", () => {
  const before = withInterval(NONE, interval(1, 500));
  const gap = withInterval(before, interval(1, "not counted", 0));
  expect(valuesSince(gap, before).size).toBe(0);
  const after = withInterval(gap, interval(1, 700));
  expect(valuesSince(after, before).get("cycles")).toEqual({ value: 700, perSecond: 700, confidence: 100 });
});

it("does not make up a confidence that perf did not tell", () => {
  const sums = withInterval(NONE, interval(1, 500, null));
  expect(valuesSince(sums, NONE).get("cycles")?.confidence).toBeNull();
});
