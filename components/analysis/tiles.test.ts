import { expect, it } from "vitest";
import { nextTile, shortName } from "./tiles";

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

it.each([
  ["shop", "shop"],
  ["orders_17", "orders_17"],
  ["tenant_366", "ten…t_366"],
  ["Заказы_архив", "Зак…архив"],
  ["🐘🐘🐘🐘🐘🐘🐘🐘🐘🐘", "🐘🐘🐘…🐘🐘🐘🐘🐘"],
])("%s is shortened to %s", (name, expected) => {
  expect(shortName(name)).toBe(expected);
});
