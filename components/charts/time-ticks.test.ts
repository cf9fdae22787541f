import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endLabels, exactTime, timeTicks } from "./time-ticks";

const at = (iso: string): number => Date.parse(iso) / 1000;
const range = (from: string, to: string, timeZone = "UTC", locale = "en-GB") => ({
  from: at(from),
  to: at(to),
  timeZone,
  locale,
});
const labels = (r: ReturnType<typeof range>, count = 6) => timeTicks(r, count).map(({ label }) => label);

describe("timeTicks", () => {
  it.each([
    {
      name: "five minutes",
      r: range("2026-03-01T12:36:07Z", "2026-03-01T12:41:07Z"),
      ticks: ["12:37", "12:38", "12:39", "12:40", "12:41"],
    },
    {
      name: "an hour",
      r: range("2026-03-01T11:41:00Z", "2026-03-01T12:41:00Z"),
      ticks: ["11:50", "12:00", "12:10", "12:20", "12:30", "12:40"],
    },
    {
      name: "a day with its midnight as a date",
      r: range("2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"),
      ticks: ["12:00", "18:00", "2 Mar", "06:00"],
    },
    {
      name: "days of a zone with half an hour",
      r: range("2026-03-01T10:00:00Z", "2026-03-03T10:00:00Z", "Asia/Kolkata"),
      ticks: ["18:00", "2 Mar", "12:00", "3 Mar", "12:00"].slice(1),
    },
    {
      name: "a month by Mondays",
      r: range("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z"),
      ticks: ["2 Mar", "9 Mar", "16 Mar", "23 Mar", "30 Mar"],
    },
    {
      name: "a year by quarters, January as the year",
      r: range("2025-08-10T00:00:00Z", "2026-08-10T00:00:00Z"),
      ticks: ["Oct", "2026", "Apr", "Jul"],
    },
  ])("labels $name", ({ r, ticks }) => {
    expect(labels(r)).toEqual(ticks);
  });

  it("stays on local midnight when the clocks change", () => {
    const ticks = timeTicks(range("2026-03-27T23:00:00Z", "2026-03-31T22:00:00Z", "Europe/Berlin"), 5);
    expect(ticks.map(({ time }) => new Date(time * 1000).toISOString().slice(0, 16))).toEqual([
      "2026-03-27T23:00",
      "2026-03-28T23:00",
      "2026-03-29T22:00",
      "2026-03-30T22:00",
      "2026-03-31T22:00",
    ]);
  });

  it("never leaves the range, never exceeds the count by more than the end, and ascends", () => {
    const zones = fc.constantFrom("UTC", "Europe/Moscow", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland");
    const start = fc.integer({ min: at("2020-01-01"), max: at("2030-01-01") });
    const length = fc.integer({ min: 10, max: 400 * 86_400 });
    fc.assert(
      fc.property(start, length, zones, fc.integer({ min: 2, max: 8 }), (from, seconds, timeZone, count) => {
        const to = from + seconds;
        const times = timeTicks({ from, to, timeZone, locale: "en" }, count).map(({ time }) => time);
        expect(times.every((time) => time >= from && time <= to)).toBe(true);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        expect(times.length).toBeLessThanOrEqual(count + 2);
      }),
      { numRuns: 60 },
    );
  });
});

it.each([
  { r: range("2026-03-01T12:36:07Z", "2026-03-01T12:41:07Z"), ends: ["12:36:07", "12:41:07"] },
  { r: range("2026-03-01T11:41:00Z", "2026-03-01T12:41:00Z", "Europe/Moscow"), ends: ["14:41", "15:41"] },
  { r: range("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z", "UTC", "ru"), ends: ["1 мар.", "31 мар."] },
])("endLabels $ends", ({ r, ends }) => {
  expect(endLabels(r)).toEqual(ends);
});

it("exactTime shows the date only when asked", () => {
  const viewer = { timeZone: "Europe/Moscow", locale: "en-GB" };
  expect(exactTime(at("2026-03-01T23:00:05Z"), viewer, false)).toBe("02:00:05");
  expect(exactTime(at("2026-03-01T23:00:05Z"), viewer, true)).toBe("2 Mar, 02:00:05");
});
