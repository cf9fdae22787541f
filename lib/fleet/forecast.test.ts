import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forecast } from "./forecast";

const HOUR = 3_600;
const GB = 1e9;
const hours = (count: number) => Array.from({ length: count }, (_, i) => i * HOUR);

describe("forecast", () => {
  it("follows a steady loss to its end", () => {
    const ts = hours(7 * 24);
    const free = ts.map((at) => 100 * GB - (at / 86_400) * GB);
    const { days, bytesPerDay } = forecast(ts, free, 200 * GB);
    expect(bytesPerDay).toBeCloseTo(GB, -3);
    expect(days).toBeCloseTo((free.at(-1) ?? 0) / GB, 3);
  });

  it("is not bent by a large file that came and went", () => {
    const ts = hours(7 * 24);
    const free = ts.map((at, i) => 100 * GB - (at / 86_400) * GB - (i >= 100 && i < 124 ? 50 * GB : 0));
    expect(forecast(ts, free, 200 * GB).bytesPerDay).toBeCloseTo(GB, -8);
  });

  it.each([
    ["nothing is known", [], []],
    ["history is shorter than a day", hours(20), hours(20).map((at) => 10 * GB - at)],
    ["there are too few points", [0, 90_000], [2 * GB, GB]],
  ])("says nothing where %s", (_, ts, free) => {
    expect(forecast(ts, free, 20 * GB)).toMatchObject({ days: null, bytesPerDay: null });
  });

  it.each([
    ["stands still", (at: number) => 10 * GB - at / 1e6, 0],
    ["empties", (at: number) => 10 * GB + at * 1_000, -86_400_000],
  ])("names no day where it %s", (_, of, perDay) => {
    const ts = hours(72);
    const result = forecast(ts, ts.map(of), 20 * GB);
    expect(result.days).toBeNull();
    expect(result.bytesPerDay).toBeCloseTo(perDay, -3);
  });

  it("is total: any history gives a positive number of days or none, with gaps as if they were not there", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: 0, max: 1e15, noNaN: true })), { maxLength: 300 }), (free) => {
        const ts = hours(free.length);
        const result = forecast(ts, free, 1e15);
        const kept = ts.filter((_, i) => free[i] !== null);
        const known = free.filter((value) => value !== null);
        expect(result).toEqual(forecast(kept, known, 1e15));
        if (result.days !== null) expect(result.days).toBeGreaterThanOrEqual(0);
        expect(Number.isNaN(result.bytesPerDay ?? 0)).toBe(false);
      }),
    );
  });
});
