import { describe, expect, it } from "vitest";
import { askedRange, stepOf } from "./server-history-range";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 15, 12);

describe("the range that is asked for", () => {
  it.each([
    ["the week before now", {}, NOW - 7 * DAY, NOW],
    ["from a day until now", { start_date: NOW - DAY }, NOW - DAY, NOW],
    ["the week before a day", { end_date: NOW - DAY }, NOW - 8 * DAY, NOW - DAY],
    ["also beyond now", { start_date: NOW, end_date: NOW + 1 }, NOW, NOW + 1],
  ])("is %s", (_, asked, from, to) => {
    expect(askedRange(asked, NOW)).toEqual({ from, to });
  });

  it.each([
    ["end_date", { start_date: NOW, end_date: NOW }],
    ["end_date", { start_date: NOW, end_date: NOW - 1 }],
    ["start_date", { start_date: NOW + DAY }],
    ["start_date", { start_date: NOW }],
    ["start_date", { start_date: 0, end_date: 21 * 366 * DAY }],
  ])("names %s where it is wrong", (path, asked) => {
    expect(() => askedRange(asked, NOW)).toThrow(
      expect.objectContaining({ code: "invalid", fields: [{ path, message: expect.any(String) }] }),
    );
  });
});

describe("the step", () => {
  const stepBy = (days: number, databases = 1, stored = { from: NOW, to: NOW + days * DAY }, intervalMs = 15_000) =>
    stepOf({ from: NOW, to: NOW + days * DAY }, { databases, stored, intervalMs }).name;

  it.each([
    [2, "raw"],
    [2 + 1 / DAY, "hour"],
    [14, "hour"],
    [14 + 1 / DAY, "4hour"],
    [90, "4hour"],
    [90 + 1 / DAY, "day"],
    [7_000, "day"],
  ])("of %d days is %s", (days, name) => {
    expect(stepBy(days)).toBe(name);
  });

  it.each([
    [17, 2, "raw"],
    [18, 2, "minute"],
    [70, 2, "5minute"],
    [100, 2, "5minute"],
    [500, 2, "hour"],
    [500, 14, "hour"],
    [500, 90, "day"],
    [500, 3_650, "4week"],
  ])("of %d databases over %d days is as long as it takes for few enough rows: %s", (databases, days, name) => {
    expect(stepBy(days, databases)).toBe(name);
  });

  it("depends on what is stored, not on the length of the range alone", () => {
    expect(stepBy(2, 100, { from: NOW, to: NOW + DAY / 24 })).toBe("raw");
    expect(stepBy(2, 100, { from: NOW, to: NOW - DAY })).toBe("raw");
    expect(stepBy(2, 18, undefined, 60_000)).toBe("raw");
  });
});
