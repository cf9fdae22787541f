import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ratePerSecond, roundRate, roundTo } from "./rate";

describe("ratePerSecond", () => {
  it.each([
    [150, 100, 5, 10],
    [100, 100, 5, 0],
    [1, 0, 3, 0.333],
    [100_000, 0, 3, 33_333],
  ])("%d after %d in %d s is %d per second", (now, before, elapsed, expected) => {
    expect(ratePerSecond(now, before, elapsed)).toBe(expected);
  });

  it.each([
    ["no earlier value", 5, null, 1],
    ["no value now", null, 5, 1],
    ["the counter fell", 5, 6, 1],
    ["no time passed", 6, 5, 0],
    ["time ran backwards", 6, 5, -1],
    ["not a number", Number.NaN, 5, 1],
    ["infinite", Number.POSITIVE_INFINITY, 5, 1],
  ])("is unknown, never 0, when %s", (_, now, before, elapsed) => {
    expect(ratePerSecond(now, before, elapsed)).toBeNull();
  });

  it("is never negative nor infinite", () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (now, before, elapsed) => {
        const rate = ratePerSecond(now, before, elapsed);
        if (rate !== null) expect(rate).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("roundRate", () => {
  it.each([
    [0.12345, 0.123],
    [1.23456, 1.235],
    [12.3456, 12.35],
    [123.456, 123.5],
    [1234.56, 1235],
    [9.99951, 10],
    [999.96, 1000],
    [1e300, 1e300],
  ])("keeps of %d what means something: %d", (rate, expected) => {
    expect(roundRate(rate)).toBe(expected);
  });

  it("keeps 4 significant digits from 1 on", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e15, noNaN: true }), (rate) => {
        expect(Math.abs(roundRate(rate) - rate) / rate).toBeLessThanOrEqual(0.0005 * (1 + 1e-9));
      }),
    );
  });

  it("changes nothing when done again", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (rate) => {
        expect(roundRate(roundRate(rate))).toBe(roundRate(rate));
      }),
    );
  });
});

describe("roundTo", () => {
  it("rounds to decimals and leaves huge values alone", () => {
    expect(roundTo(1.23456, 2)).toBe(1.23);
    expect(roundTo(1e300, 3)).toBe(1e300);
    expect(roundTo(Number.POSITIVE_INFINITY, 3)).toBe(Number.POSITIVE_INFINITY);
  });
});
