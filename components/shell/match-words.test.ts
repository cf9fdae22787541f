import { expect, it } from "vitest";
import { matchWords } from "./match-words";

it.each([
  ["server orders-02 10.0.0.7", "ord", 1],
  ["server orders-02 10.0.0.7", "02 ORDERS", 0.5],
  ["server orders-02 10.0.0.7", "10.0", 1],
  ["Switch to the dark theme", "dark theme", 1],
  ["Keyboard shortcuts", "sidebar", 0],
  ["Keyboard shortcuts", "board x", 0],
  ["Тёмная тема", "тем", 1],
  ["anything", "", 1],
])("%s, searched for %s: %d", (text, search, rank) => {
  expect(matchWords(text, search)).toBe(rank);
});
