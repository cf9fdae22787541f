import { expect, it } from "vitest";
import { stack } from "./stack";

it("adds up from the bottom and leaves holes where a value is missing", () => {
  expect(
    stack([
      [1, 2, null],
      [10, null, 30],
      [100, 200, null],
    ]),
  ).toEqual([
    { floor: [0, 0, 0], top: [1, 2, null] },
    { floor: [1, 2, 0], top: [11, null, 30] },
    { floor: [11, 2, 30], top: [111, 202, null] },
  ]);
});
