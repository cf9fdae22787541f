import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelsHang, steadyAxis, valueAxis } from "./scale";

describe("valueAxis", () => {
  it.each([
    { high: 100, ticks: [0, 25, 50, 75, 100] },
    { high: 22, ticks: [0, 8, 16, 24] },
    { high: 5.6, ticks: [0, 2, 4, 6] },
    { high: 0.3, ticks: [0, 0.1, 0.2, 0.3] },
    { high: 0, ticks: [0, 1] },
    { high: Number.NaN, ticks: [0, 1] },
    { high: Number.NEGATIVE_INFINITY, ticks: [0, 1] },
  ])("covers up to $high with $ticks", ({ high, ticks }) => {
    expect(valueAxis({ low: 0, high }).ticks).toEqual(ticks);
  });

  it("uses powers of two for bytes", () => {
    expect(valueAxis({ low: 0, high: 125.6, binary: true }).ticks).toEqual([0, 32, 64, 96, 128]);
  });

  it("gets fewer lines where there is little room", () => {
    expect(valueAxis({ low: 0, high: 100, most: 3 }).ticks).toEqual([0, 50, 100]);
  });

  it("stands only at whole numbers where things are counted", () => {
    expect(valueAxis({ low: 0, high: 1, whole: true }).ticks).toEqual([0, 1]);
    expect(valueAxis({ low: 0, high: 5, whole: true }).ticks.every(Number.isInteger)).toBe(true);
  });

  it("goes below zero for negative values", () => {
    expect(valueAxis({ low: -12, high: 20 }).domain[0]).toBeLessThanOrEqual(-12);
  });

  it("always holds every value between its ends, with two to five lines in them", () => {
    const value = fc.double({ min: -1e15, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.boolean(), fc.boolean(), (a, b, whole, binary) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const { domain, ticks } = valueAxis({ low, high, whole, binary });
        const dust = Math.max(Math.abs(low), Math.abs(high)) * 1e-8 + 1e-9;
        expect(domain[0]).toBeLessThanOrEqual(Math.min(low, 0) + dust);
        expect(domain[1]).toBeGreaterThanOrEqual(Math.max(high, 0) - dust);
        expect(ticks.every((tick) => tick >= domain[0] && tick <= domain[1])).toBe(true);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe("steadyAxis", () => {
  const to = (high: number) => valueAxis({ low: 0, high });
  it.each([
    { from: 24, high: 30, shown: 30, why: "a value left it" },
    { from: 24, high: 15, shown: 24, why: "still more than half used" },
    { from: 24, high: 9, shown: 9, why: "far too large" },
  ])("from $from to $high shows $shown: $why", ({ from, high, shown }) => {
    expect(steadyAxis(to(from), to(high)).domain[1]).toBe(shown);
  });
});

describe("labelsHang", () => {
  it.each([
    { at: [70, 90], top: 90, hang: true },
    { at: [70, 90], top: 100, hang: true },
    { at: [70], top: 100, hang: false },
    { at: [70, 90], top: 120, hang: false },
    { at: [], top: 100, hang: false },
  ])("of $at on an axis up to $top: $hang", ({ at, top, hang }) => {
    expect(labelsHang(at, { domain: [0, top], ticks: [] }, 122)).toBe(hang);
  });
});
