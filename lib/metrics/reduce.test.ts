import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "./block";
import { HOUR_MS } from "./hour";
import { mergeReduced, type Reduced, type ReducedStep, reduceSamples, reduceSteps } from "./reduce";

const STEPS: ReducedStep[] = [5, 60, 300];
type Five = [n: number, sum: number, min: number, max: number, last: number];

/** By slot and start of the step, reckoned one sample after the other. */
function naive(times: Float64Array, columns: readonly Column[], step: number): Map<string, Five> {
  const found = new Map<string, Five>();
  columns.forEach(({ values, rows }, slot) => {
    values.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      const time = times[rows?.[i] ?? i] ?? Number.NaN;
      const key = `${slot} ${time - (time % (step * 1000))}`;
      const [n, sum, min, max] = found.get(key) ?? [0, 0, Infinity, -Infinity];
      found.set(key, [n + 1, sum + value, Math.min(min, value), Math.max(max, value), value]);
    });
  });
  return found;
}

function told({ starts, columns }: Reduced): Map<string, Five> {
  const found = new Map<string, Five>();
  for (let slot = 0; slot < columns.length / 5; slot++) {
    const five = columns.slice(5 * slot, 5 * slot + 5);
    five[0]?.values.forEach((_, i) => {
      const row = five[0]?.rows?.[i] ?? i;
      const numbers = five.map((column) => column.values[i] ?? Number.NaN) as Five;
      found.set(`${slot} ${starts[row]}`, numbers);
    });
  }
  return found;
}

function expectEqual(one: Map<string, Five>, other: Map<string, Five>): void {
  expect([...one.keys()].sort()).toEqual([...other.keys()].sort());
  for (const [key, [n, sum, ...rest]] of one) {
    const [count = 0, total = 0, ...others] = other.get(key) ?? [];
    expect([n, ...rest]).toEqual([count, ...others]);
    expect(Math.abs(sum - total)).toBeLessThanOrEqual(
      1e-9 * Math.max(Math.abs(rest[0] ?? 0), Math.abs(rest[1] ?? 0)) * n,
    );
  }
}

const anything = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((integer) => integer / 100),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.constantFrom(Number.NaN, Infinity, -Infinity),
);
const decimal = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((integer) => integer / 100);
const partHour = (value: fc.Arbitrary<number>) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: HOUR_MS - 1 }), { maxLength: 120 })
    .chain((times) =>
      fc.record({
        times: fc.constant(Float64Array.from(times).sort()),
        grid: fc.array(fc.array(fc.option(value), { minLength: times.length, maxLength: times.length }), {
          maxLength: 4,
        }),
      }),
    )
    .map(({ times, grid }) => ({ times, columns: grid.map(columnOf) }));

function columnOf(cells: readonly (number | null)[]): Column {
  const rows = Uint32Array.from(cells.keys()).filter((row) => cells[row] !== null);
  const values = Float64Array.from(rows, (row) => cells[row] ?? 0);
  return rows.length === cells.length ? { values } : { values, rows };
}

describe("reduceSamples", () => {
  it("keeps n, sum, min, max and last of every step, as adding one by one does", () => {
    fc.assert(
      fc.property(partHour(anything), fc.constantFrom(...STEPS), ({ times, columns }, step) => {
        const reduced = reduceSamples(times, columns, step);
        expect(reduced.columns).toHaveLength(5 * columns.length);
        expectEqual(told(reduced), naive(times, columns, step));
      }),
    );
  });

  it("names only steps that hold a value, in order, each once", () => {
    fc.assert(
      fc.property(partHour(anything), fc.constantFrom(...STEPS), ({ times, columns }, step) => {
        const starts = [...reduceSamples(times, columns, step).starts];
        const held = [...naive(times, columns, step).keys()].map((key) => Number(key.split(" ")[1]));
        expect(starts).toEqual([...new Set(held)].sort((a, b) => a - b));
      }),
    );
  });

  it("gives sums of decimals that are decimals, not what adding doubles leaves", () => {
    const times = Float64Array.from({ length: 10 }, (_, i) => i * 1000);
    const [, sum] = reduceSamples(times, [{ values: new Float64Array(10).fill(0.1) }], 60).columns;
    expect([...(sum?.values ?? [])]).toEqual([1]);
  });

  it("adds doubles where integers would not be exact", () => {
    const huge = 2 ** 50 - 1;
    const times = Float64Array.from({ length: 100 }, (_, i) => i * 30);
    const [, sum] = reduceSamples(times, [{ values: new Float64Array(100).fill(huge) }], 5).columns;
    expect((sum?.values[0] ?? 0) / (100 * huge)).toBeCloseTo(1, 12);
  });
});

describe("reduceSteps", () => {
  it("gives of decimals what reducing at once gives", () => {
    fc.assert(
      fc.property(partHour(decimal), ({ times, columns }) => {
        const [fine, middle, coarse] = [5, 60, 300].map((step) => reduceSamples(times, columns, step as ReducedStep));
        expect(fine && reduceSteps(fine, 60)).toEqual(middle);
        expect(fine && reduceSteps(reduceSteps(fine, 60), 300)).toEqual(coarse);
        expect(middle && reduceSteps(middle, 60)).toEqual(middle);
      }),
    );
  });

  it("gives of any values what reducing at once gives, up to the rounding of sums", () => {
    fc.assert(
      fc.property(partHour(anything), ({ times, columns }) => {
        expectEqual(told(reduceSteps(reduceSamples(times, columns, 5), 300)), naive(times, columns, 300));
      }),
    );
  });
});

describe("mergeReduced", () => {
  it("is what all samples give, when the late ones followed", () => {
    fc.assert(
      fc.property(partHour(decimal), fc.integer({ min: 0, max: HOUR_MS }), ({ times, columns }, border) => {
        const cut = ({ values, rows }: Column, keep: (time: number) => boolean): Column => {
          const kept = [...values.keys()].filter((i) => keep(times[rows?.[i] ?? i] ?? 0));
          return {
            rows: Uint32Array.from(kept, (i) => rows?.[i] ?? i),
            values: Float64Array.from(kept, (i) => values[i] ?? 0),
          };
        };
        const part = (keep: (time: number) => boolean) =>
          reduceSamples(
            times,
            columns.map((column) => cut(column, keep)),
            60,
          );
        const merged = mergeReduced(
          part((time) => time < border),
          part((time) => time >= border),
          60,
        );
        expect(merged).toEqual(reduceSamples(times, columns, 60));
      }),
    );
  });

  it("takes slots that only one side has", () => {
    const one = reduceSamples(Float64Array.of(0), [{ values: Float64Array.of(1) }], 60);
    const two = reduceSamples(
      Float64Array.of(60_000),
      [1, 2].map((value) => ({ values: Float64Array.of(value) })),
      60,
    );
    expect([...told(mergeReduced(one, two, 60)).entries()]).toEqual([
      ["0 0", [1, 1, 1, 1, 1]],
      ["0 60000", [1, 1, 1, 1, 1]],
      ["1 60000", [1, 2, 2, 2, 2]],
    ]);
    expect(told(mergeReduced(two, one, 60)).size).toBe(3);
  });
});
