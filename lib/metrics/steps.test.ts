import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areFilledBy, cutPeriod } from "./steps";

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 16, 12);
const inPoints = (from: number, to: number, points: number, stored = 1) => cutPeriod({ from, to }, { points, stored });

describe("cutPeriod by points", () => {
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
    expect(inPoints(NOON - length, NOON, 300).stepSeconds).toBe(stepSeconds);
  });

  it("covers the period with aligned steps, never more than asked for", () => {
    const time = fc.integer({ min: -1e12, max: 4e12 });
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 2, max: 2_000 }),
        (from, length, points) => {
          const steps = inPoints(from, from + length, points);
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

describe("cutPeriod by length", () => {
  const cut = (from: number, to: number, over: Partial<Parameters<typeof cutPeriod>[1]>) =>
    cutPeriod({ from, to }, { points: 1, stepSeconds: 60, stored: 1, ...over });

  it("is empty for no period, and whole steps otherwise", () => {
    expect(cut(NOON, NOON, {})).toMatchObject({ count: 0 });
    expect(cut(NOON + 1, NOON + 60_001, {})).toEqual({ stepSeconds: 60, from: NOON, to: NOON + 120_000, count: 2 });
  });

  it("begins at the anchor, to the millisecond below an hour and at its whole hour from there on", () => {
    expect(cut(NOON + 12_345, NOON + HOUR, { anchor: NOON + 12_345 }).from).toBe(NOON + 12_345);
    expect(cut(NOON, NOON + HOUR, { anchor: NOON + 12_345 }).from).toBe(NOON + 12_345 - 60_000);
    const long = cut(NOON + 12_345, NOON + 4 * HOUR, { stepSeconds: 7_200, anchor: NOON + 12_345 });
    expect(long).toEqual({ stepSeconds: 7_200, from: NOON, to: NOON + 4 * HOUR, count: 2 });
    expect(cut(NOON + 3 * HOUR, NOON + 4 * HOUR, { stepSeconds: 7_200, anchor: NOON + HOUR }).from).toBe(
      NOON + 3 * HOUR,
    );
  });
});

describe("cutPeriod over what is stored in steps", () => {
  const stored = fc.constantFrom(5, 60, 300, 3_600);

  it("gives steps that those stored fill, not shorter than asked for", () => {
    const time = fc.integer({ min: 0, max: 4e12 });
    const cut = fc.record({
      points: fc.integer({ min: 2, max: 500 }),
      stepSeconds: fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: undefined }),
      anchor: fc.option(time, { nil: undefined }),
      stored,
    });
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 1e9 }), cut, (from, length, given) => {
        const steps = cutPeriod({ from, to: from + length }, given);
        expect(areFilledBy(steps, given.stored)).toBe(true);
        expect(steps.stepSeconds).toBeGreaterThanOrEqual(given.stepSeconds ?? 1);
        if (given.stepSeconds === undefined) expect(steps.count).toBeLessThanOrEqual(given.points);
        expect(steps.from).toBeLessThanOrEqual(from);
        expect(steps.to).toBeGreaterThanOrEqual(from + length);
      }),
    );
  });

  it("says whether stored steps fill others", () => {
    expect(areFilledBy({ stepSeconds: 60, from: NOON, to: NOON, count: 0 }, 60)).toBe(true);
    expect(areFilledBy({ stepSeconds: 60, from: NOON + 30_000, to: NOON, count: 0 }, 60)).toBe(false);
    expect(areFilledBy({ stepSeconds: 90, from: NOON, to: NOON, count: 0 }, 60)).toBe(false);
  });
});
