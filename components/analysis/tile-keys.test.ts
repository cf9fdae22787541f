import { expect, it } from "vitest";
import { nextTile } from "./tile-keys";

// Ten tiles in rows of four.
it.each<[string, number, number | null]>([
  ["ArrowRight", 3, 4],
  ["ArrowRight", 9, null],
  ["ArrowLeft", 0, null],
  ["ArrowLeft", 4, 3],
  ["ArrowDown", 2, 6],
  ["ArrowDown", 6, null],
  ["ArrowUp", 6, 2],
  ["ArrowUp", 1, null],
  ["Home", 7, 0],
  ["End", 0, 9],
  ["a", 5, null],
])("%s leads from %i to %j", (key, from, expected) => {
  expect(nextTile(key, from, { count: 10, columns: 4 })).toBe(expected);
});
