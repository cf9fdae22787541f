import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaPath, linePath, maxGapSeconds, stretches } from "./path";

const scales = { x: (time: number) => time * 10, y: (value: number) => 100 - value };

describe("linePath", () => {
  it.each([
    { name: "joins neighbours", ts: [0, 1, 2], values: [1, 2, 3], d: "M0,99L10,98L20,97" },
    {
      name: "breaks where samples are too far apart",
      ts: [0, 1, 5, 6],
      values: [1, 2, 3, 4],
      d: "M0,99L10,98M50,97L60,96",
    },
    {
      name: "passes over empty steps shorter than the interval",
      ts: [0, 1, 1.4, 2],
      values: [1, null, 2, 3],
      d: "M0,99L14,98L20,97",
    },
    { name: "shows a lone value as a dash", ts: [0, 5], values: [1, 2], d: "M0,99m-1,0h2M50,98m-1,0h2" },
    { name: "draws nothing for nothing", ts: [0, 1], values: [null, null], d: "" },
  ])("$name", ({ ts, values, d }) => {
    expect(linePath({ ts, values, maxGap: 1.5 }, scales)).toBe(d);
  });

  it("never joins over a gap, and joins everything else", () => {
    const point = fc.record({
      step: fc.integer({ min: 1, max: 5 }),
      value: fc.option(fc.integer({ min: 0, max: 99 })),
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (points, maxGap) => {
        let time = 0;
        const ts = points.map(({ step }) => (time += step));
        const values = points.map(({ value }) => value);
        const runs = stretches({ ts, values, maxGap });
        expect(runs.flat()).toEqual(values.flatMap((value, index) => (value === null ? [] : [index])));
        const at = (index: number | undefined) => ts[index ?? -1] ?? Number.NaN;
        for (const run of runs)
          for (let i = 1; i < run.length; i++) expect(at(run[i]) - at(run[i - 1])).toBeLessThanOrEqual(maxGap);
        for (let i = 1; i < runs.length; i++)
          expect(at(runs[i]?.[0]) - at(runs[i - 1]?.at(-1))).toBeGreaterThan(maxGap);
      }),
    );
  });
});

it("areaPath closes each stretch on its floor", () => {
  const trace = { ts: [0, 1, 9], values: [10, 20, 30], maxGap: 1.5 };
  expect(areaPath(trace, scales, 0)).toBe("M0,90L10,80L10,100L0,100ZM90,70L90,100Z");
  expect(areaPath(trace, scales, [1, 2, 3])).toBe("M0,90L10,80L10,98L0,99ZM90,70L90,97Z");
});

it.each([
  { interval: 5, step: 1, gap: 7.5 },
  { interval: 5, step: 60, gap: 90 },
])("samples every $interval s in steps of $step s: a gap begins after $gap s", ({ interval, step, gap }) => {
  expect(maxGapSeconds(interval, step)).toBe(gap);
});
