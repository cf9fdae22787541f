import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTime } from "./time";

const MOMENT = Date.UTC(2026, 10, 21, 10, 0, 0);

describe("parseTime", () => {
  it.each([
    ["2026-11-21T10:00:00Z", MOMENT],
    ["2026-11-21T10:00:00.250Z", MOMENT + 250],
    ["2026-11-21T10:00:00,5Z", MOMENT + 500],
    ["2026-11-21T10:00:00.123456789Z", MOMENT + 123],
    ["2026-11-21 10:00:00Z", MOMENT],
    ["2026-11-21T10:00Z", MOMENT],
    ["2026-11-21T13:00:00+03:00", MOMENT],
    ["2026-11-21T13:00:00 03:00", MOMENT],
    ["2026-11-21T04:30:00-0530", MOMENT],
    ["2026-11-21", Date.UTC(2026, 10, 21)],
    [String(MOMENT / 1_000), MOMENT],
    [`${MOMENT / 1_000}.25`, MOMENT + 250],
    ["0", 0],
    [" 2026-11-21T10:00:00z ", MOMENT],
  ])("%j", (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  it.each([
    "",
    "yesterday",
    "-1",
    "1969-12-31T23:59:59Z",
    "2026-11-21T10:00:00",
    "1e9",
    "NaN",
    "0x10",
    "2026-02-31",
    "2026-13-01",
    "2026-11-21T24:00:00Z",
    "2026-11-21T10:60:00Z",
    "2026-11-21T10:00:00+25:00",
    "999999999999",
    "2026-11-21T10:00:00Z; DROP TABLE users",
    "2026-11",
  ])("refuses %j", (text) => {
    expect(parseTime(text)).toBeNull();
  });

  it("reads every moment that Date writes, and its seconds", () => {
    const dates = fc.date({
      min: new Date("1970-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
        expect(parseTime((date.getTime() / 1_000).toFixed(3))).toBe(date.getTime());
      }),
    );
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseTime(text)));
  });
});
