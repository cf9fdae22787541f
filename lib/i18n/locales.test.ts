import { expect, it } from "vitest";
import { negotiateLocale } from "./locales";

it.each([
  [null, undefined],
  ["", undefined],
  ["de", undefined],
  ["ru-RU,ru;q=0.9,en;q=0.8", "ru"],
  ["de-DE, en-GB;q=0.7, ru;q=0.9", "ru"],
  ["en;q=0.5, ru;q=0.5", "en"],
  ["ru;q=0, en;q=0.1", "en"],
  ["fr, *;q=0.5", "en"],
  ["RU", "ru"],
  ["run", undefined],
])("Accept-Language %s → %s", (header, locale) => {
  expect(negotiateLocale(header)).toBe(locale);
});
