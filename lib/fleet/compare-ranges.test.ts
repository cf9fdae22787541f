import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPARED_TO, changePercent, checkedRanges, PERIOD_NAMES, relativeRanges } from "./compare-ranges";

const at = (text: string) => Date.parse(text);
const BERLIN = "Europe/Berlin";

describe("relativeRanges", () => {
  it.each([
    // 31 March: February's last day stands for the 31st it does not have.
    ["month", "previous", "UTC", "2026-03-31T12:00Z", "2026-02-28T12:00Z", "2026-01-28T12:00Z"],
    ["month", "previous", "UTC", "2028-03-31T12:00Z", "2028-02-29T12:00Z", "2028-01-29T12:00Z"],
    ["month", "previous", "UTC", "2026-01-31T00:00Z", "2025-12-31T00:00Z", "2025-11-30T00:00Z"],
    ["month", "last_week", "UTC", "2026-03-31T12:00Z", "2026-02-28T12:00Z", "2026-02-21T12:00Z"],
    ["month", "yesterday", "UTC", "2026-03-01T12:00Z", "2026-02-01T12:00Z", "2026-01-31T12:00Z"],
    // Clocks went forward on 29 March 2026: that day had 23 hours, the range before it is as long.
    ["day", "previous", BERLIN, "2026-03-29T12:00+02:00", "2026-03-28T12:00+01:00", "2026-03-27T13:00+01:00"],
    ["day", "yesterday", BERLIN, "2026-03-29T12:00+02:00", "2026-03-28T12:00+01:00", "2026-03-27T12:00+01:00"],
    ["hour", "yesterday", BERLIN, "2026-03-29T12:00+02:00", "2026-03-29T11:00+02:00", "2026-03-28T11:00+01:00"],
    ["hour", "last_week", BERLIN, "2026-03-30T12:00+02:00", "2026-03-30T11:00+02:00", "2026-03-23T11:00+01:00"],
    ["hour", "previous", BERLIN, "2026-03-29T03:30+02:00", "2026-03-29T01:30+01:00", "2026-03-29T00:30+01:00"],
    // 02:30 did not exist on 29 March.
    ["hour", "yesterday", BERLIN, "2026-03-30T03:30+02:00", "2026-03-30T02:30+02:00", "2026-03-29T03:30+02:00"],
    // Clocks went back on 25 October 2026: 02:30 came twice; that day had 25 hours.
    ["day", "previous", BERLIN, "2026-10-25T12:00+01:00", "2026-10-24T12:00+02:00", "2026-10-23T11:00+02:00"],
    ["hour", "yesterday", BERLIN, "2026-10-26T03:30+01:00", "2026-10-26T02:30+01:00", "2026-10-25T02:30+01:00"],
    ["week", "previous", BERLIN, "2026-10-28T12:00+01:00", "2026-10-21T12:00+02:00", "2026-10-14T11:00+02:00"],
    ["month", "last_week", "Pacific/Apia", "2026-11-22T10:30Z", "2026-10-22T10:30Z", "2026-10-15T10:30Z"],
  ] as const)("%s, %s, in %s at %s", (period, comparedTo, zone, now, current, comparison) => {
    const { a, b } = relativeRanges({ period, comparedTo }, at(now), zone);
    expect(new Date(a.from)).toEqual(new Date(at(current)));
    expect(new Date(b.from)).toEqual(new Date(at(comparison)));
    expect(a.to).toBe(at(now));
    expect(b.to - b.from).toBe(a.to - a.from);
  });

  it("gives ranges of equal length, the comparison the earlier one, whenever and wherever", () => {
    const anywhere = fc.constantFrom("UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca");
    const asked = fc.record({ period: fc.constantFrom(...PERIOD_NAMES), comparedTo: fc.constantFrom(...COMPARED_TO) });
    const moment = fc.integer({ min: at("2000-01-01"), max: at("2040-01-01") });
    const clockOf = (zone: string, ms: number) =>
      new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium" }).format(ms);
    fc.assert(
      fc.property(asked, moment, anywhere, (question, now, zone) => {
        const { a, b } = relativeRanges(question, now, zone);
        expect(checkedRanges({ a, b })).toEqual({ a, b });
        expect(b.from).toBeLessThan(a.from);
        if (question.comparedTo === "previous") expect(b.to).toBe(a.from);
        // Away from the hours of a change the clock on the wall shows the same.
        const hour = Number(clockOf(zone, now).slice(0, 2));
        if (question.period !== "hour" && hour > 4) expect(clockOf(zone, a.from)).toBe(clockOf(zone, now));
      }),
      { numRuns: 500 },
    );
  });
});

describe("checkedRanges", () => {
  const range = (from: number, to: number) => ({ from, to });

  it("names the parameters of ranges with unequal lengths, status 400", () => {
    const unequal = () => checkedRanges({ a: range(0, 1_000), b: range(0, 1_001) });
    expect(unequal).toThrow(
      expect.objectContaining({
        status: 400,
        message: expect.stringMatching(/start_time_1.*end_time_1.*start_time_2.*end_time_2/),
      }),
    );
  });

  it.each([
    ["empty", range(5, 5), range(5, 5)],
    ["turned round", range(5, 4), range(5, 4)],
    ["without end", range(0, 1e12), range(0, 1e12)],
    ["no time", range(Number.NaN, 1), range(0, 1)],
  ])("refuses ranges that are %s", (_, a, b) => {
    expect(() => checkedRanges({ a, b })).toThrow(expect.objectContaining({ code: "invalid" }));
  });
});

it.each([
  [110, 100, 10],
  [0, 100, -100],
  [-50, -100, 50],
  [5, 0, null],
  [0, 0, null],
  [null, 1, null],
  [1, null, null],
  [1e308, -1e-308, null],
])("from %d, once %d, it changed by %d percent", (now, before, percent) => {
  expect(changePercent(now, before)).toBe(percent);
});
