import { describe, expect, it } from "vitest";
import {
  formatAge,
  formatBytes,
  formatDuration,
  formatNumber,
  formatPercent,
  formatRate,
  formatTime,
  formatUnit,
  joinUnit,
} from "./format";
import type { Unit } from "./probe";

/** Locales join with no-break spaces of several kinds; to the reader they are spaces. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("formatNumber", () => {
  it.each([
    [0, "0", "0"],
    [-0, "0", "0"],
    [0.1234, "0.12", "0,12"],
    [9.994, "9.99", "9,99"],
    [9.996, "10", "10"],
    [34.84, "34.8", "34,8"],
    [99.96, "100", "100"],
    [1284, "1,284", "1 284"],
    [-1234567.8, "-1,234,568", "-1 234 568"],
    [null, "–", "–"],
    [Number.NaN, "–", "–"],
    [Number.POSITIVE_INFINITY, "–", "–"],
  ])("%s", (value, en, ru) => {
    expect(plain(formatNumber(value, "en"))).toBe(en);
    expect(plain(formatNumber(value, "ru"))).toBe(ru);
  });

  it("keeps to the decimals that are asked for", () => {
    expect(formatNumber(2.6, "en", 0)).toBe("3");
    expect(formatNumber(64.349, "ru", 1)).toBe("64,3");
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B", "0 Б"],
    [1023, "1,023 B", "1 023 Б"],
    [1024, "1 KiB", "1 КиБ"],
    [1536, "1.5 KiB", "1,5 КиБ"],
    [1024 ** 2 - 1, "1 MiB", "1 МиБ"],
    [134_900_000_000, "126 GiB", "126 ГиБ"],
    [1.5 * 1024 ** 4, "1.5 TiB", "1,5 ТиБ"],
    [2 ** 60, "1,024 PiB", "1 024 ПиБ"],
    [null, "–", "–"],
  ])("%s", (bytes, en, ru) => {
    expect(plain(formatBytes(bytes, "en"))).toBe(en);
    expect(plain(formatBytes(bytes, "ru"))).toBe(ru);
  });
});

describe("formatUnit", () => {
  it.each<[number | null, Unit, string, string]>([
    [34.84, "percent", "34.8%", "34,8%"],
    [0.9912, "ratio", "99.1%", "99,1%"],
    [1.84, "ms", "1.84 ms", "1,84 мс"],
    [12, "ms/s", "12 ms/s", "12 мс/с"],
    [0.4, "s", "0.4 s", "0,4 с"],
    [3_720, "s", "1 h 2 min", "1 ч 2 мин"],
    [2_400, "MHz", "2.4 GHz", "2,4 ГГц"],
    [800, "MHz", "800 MHz", "800 МГц"],
    [61.4, "celsius", "61 °C", "61 °C"],
    [1_000, "Mbit/s", "1,000 Mbit/s", "1 000 Мбит/с"],
    [2_048, "bytes/s", "2 KiB/s", "2 КиБ/с"],
    [2_048, "KiB/s", "2 MiB/s", "2 МиБ/с"],
    [731, "1/s", "731/s", "731/с"],
    [42, "count", "42", "42"],
    [1, "boolean", "1", "1"],
    [null, "bytes", "–", "–"],
  ])("%s %s", (value, unit, en, ru) => {
    expect(plain(joinUnit(formatUnit(value, unit, "en")))).toBe(en);
    expect(plain(joinUnit(formatUnit(value, unit, "ru")))).toBe(ru);
  });
});

describe("formatDuration and formatAge", () => {
  it.each([
    [0, "0 s", "0 s", "0 с"],
    [-5, "0 s", "0 s", "0 с"],
    [59.6, "1 min", "1 min", "1 мин"],
    [60, "1 min", "1 min", "1 мин"],
    [61, "1 min 1 s", "1 min", "1 мин 1 с"],
    [10_080, "2 h 48 min", "2 h", "2 ч 48 мин"],
    [3_601, "1 h", "1 h", "1 ч"],
    [41 * 86_400 + 6 * 3_600, "41 d 6 h", "41 d", "41 д 6 ч"],
  ])("%s s", (seconds, duration, age, russian) => {
    expect(plain(formatDuration(seconds, "en"))).toBe(duration);
    expect(plain(formatAge(seconds, "en"))).toBe(age);
    expect(plain(formatDuration(seconds, "ru"))).toBe(russian);
  });

  it("says that nothing is known", () => {
    expect(formatDuration(null, "en")).toBe("–");
    expect(formatAge(undefined, "ru")).toBe("–");
  });
});

it("formats rates and percentages", () => {
  expect(formatRate(2204, "en")).toBe("2,204/s");
  expect(plain(formatRate(2048, "ru", "bytes"))).toBe("2 КиБ/с");
  expect(formatPercent(71.26, "en")).toBe("71.3%");
  expect(formatPercent(91.4, "ru", 0)).toBe("91%");
});

describe("formatTime", () => {
  const date = new Date("2026-03-01T23:04:05Z");
  it.each([
    ["en", "UTC", "time", "23:04:05"],
    ["en", "Europe/Moscow", "time", "02:04:05"],
    ["en", "UTC", "date", "Mar 1, 2026"],
    ["ru", "Europe/Moscow", "date", "2 мар. 2026 г."],
  ] as const)("%s %s %s", (locale, timeZone, style, expected) => {
    expect(plain(formatTime(date, { locale, timeZone, style }))).toBe(expected);
  });
});
