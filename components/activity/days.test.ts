import { describe, expect, it } from "vitest";
import { event } from "../../tests/support/activity-event";
import { byDay } from "./days";

const days = (zone: string, ...times: string[]) =>
  byDay(
    times.map((created_at, index) => event({ id: times.length - index, created_at })),
    zone,
  ).map(({ date, events }) => [date, ...events.map(({ id }) => id)]);

describe("byDay", () => {
  it("goes by the clock of the zone", () => {
    const times = ["2026-03-02T00:30:00Z", "2026-03-01T22:30:00Z", "2026-03-01T10:00:00Z"];
    expect(days("UTC", ...times)).toEqual([
      ["2026-03-02", 3],
      ["2026-03-01", 2, 1],
    ]);
    expect(days("Europe/Moscow", ...times)).toEqual([
      ["2026-03-02", 3, 2],
      ["2026-03-01", 1],
    ]);
  });

  it("gives no day two headings where an older event stands among newer ones", () => {
    const times = ["2026-03-02T00:01:00Z", "2026-03-01T23:59:00Z", "2026-03-02T00:00:30Z", "2026-03-01T12:00:00Z"];
    const headings = days("UTC", ...times).map(([date]) => date);
    expect(new Set(headings).size).toBe(headings.length);
    expect(days("UTC", ...times).flatMap(([, ...ids]) => ids)).toEqual([4, 3, 2, 1]);
  });
});
