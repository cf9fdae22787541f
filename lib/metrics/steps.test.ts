import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseSteps, stepsOf } from "./steps";

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 16, 12);

describe("chooseSteps", () => {
  it.each([
    ["5 minutes", HOUR / 12, 1],
    ["1 hour", HOUR, 15],
    ["6 hours", 6 * HOUR, 120],
    ["a day", 24 * HOUR, 300],
    ["a week", 7 * 24 * HOUR, 3_600],
    ["30 days", 30 * 24 * HOUR, 10_800],
    ["a year", 365 * 24 * HOUR, 172_800],
    ["30 years", 30 * 365 * 24 * HOUR, 7_257_600],
  ])("%s in 300 points", (_, length, stepSeconds) => {
    expect(chooseSteps(NOON - length, NOON, 300).stepSeconds).toBe(stepSeconds);
  });

  it("covers the period with aligned steps, never more than asked for", () => {
    const time = fc.integer({ min: -1e12, max: 4e12 });
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 2, max: 2_000 }),
        (from, length, points) => {
          const steps = chooseSteps(from, from + length, points);
          const stepMs = steps.stepSeconds * 1000;
          expect(steps.count).toBeLessThanOrEqual(points);
          expect(Math.abs(steps.from % stepMs)).toBe(0);
          expect(steps.from).toBeLessThanOrEqual(from);
          expect(steps.to).toBeGreaterThanOrEqual(from + length);
          expect(steps.to - steps.from).toBe(steps.count * stepMs);
        },
      ),
    );
  });
});

describe("stepsOf", () => {
  it("is empty for no period, and whole steps otherwise", () => {
    expect(stepsOf(NOON, NOON, 60)).toMatchObject({ count: 0 });
    expect(stepsOf(NOON + 1, NOON + 60_001, 60)).toEqual({ stepSeconds: 60, from: NOON, to: NOON + 120_000, count: 2 });
  });
});
