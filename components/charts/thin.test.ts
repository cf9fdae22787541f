import fc from "fast-check";
import { expect, it } from "vitest";
import { thin } from "./thin";

it("keeps first, lowest, highest and last of each column", () => {
  const values = [5, 1, 3, 9, 4, 4, 2];
  const all = values.map((_, index) => index);
  expect(
    thin(
      all,
      (index) => values[index] ?? 0,
      () => 0,
    ),
  ).toEqual([0, 1, 3, 6]);
});

it("keeps minimum and maximum of every column, in order, at most four a column", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }),
      (values, width) => {
        const all = values.map((_, index) => index);
        const column = (index: number) => Math.floor(index / width);
        const kept = thin(all, (index) => values[index] ?? 0, column);
        expect(kept).toEqual([...kept].sort((a, b) => a - b));
        for (let c = 0; c * width < values.length; c++) {
          const inside = values.slice(c * width, (c + 1) * width);
          const shown = kept.filter((index) => column(index) === c).map((index) => values[index] ?? 0);
          expect(Math.min(...shown)).toBe(Math.min(...inside));
          expect(Math.max(...shown)).toBe(Math.max(...inside));
          expect(shown.length).toBeLessThanOrEqual(4);
        }
      },
    ),
  );
});
