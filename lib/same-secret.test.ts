import { expect, it } from "vitest";
import { isSameSecret } from "./same-secret";

it.each([
  ["quiet harbour", "quiet harbour", true],
  ["quiet harbour", "quiet harbour ", false],
  ["quiet", "quiet harbour", false],
  ["", "quiet harbour", false],
  ["Гавань", "Гавань", true],
  ["é", "e\u0301", false],
])("%j against %j: %s", (given, known, same) => {
  expect(isSameSecret(given, known)).toBe(same);
});
