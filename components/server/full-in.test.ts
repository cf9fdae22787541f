import { expect, it } from "vitest";
import { soonest } from "./full-in";

const unknown = { days: null, bytesPerDay: null, basis: 0 };
const still = { days: null, bytesPerDay: 0, basis: 7 };
const soon = { days: 3, bytesPerDay: 10, basis: 7 };
const later = { days: 300, bytesPerDay: 10, basis: 7 };

it.each([
  [[later, unknown, soon, still], soon],
  [[unknown, still], still],
  [[unknown], unknown],
  [[], undefined],
])("of %j the first to be full is %j", (forecasts, expected) => {
  expect(soonest(forecasts)).toEqual(expected);
});
