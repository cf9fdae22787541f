import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRange, parseTime } from "./time";

const MOMENT = Date.UTC(2026, 10, 21, 10, 0, 0);

describe("parseTime", () => {
  it.each([
    ["2026-11-21T10:00:00Z", MOMENT],
    ["2026-11-21T10:00:00.250Z", MOMENT + 250],
    ["2026-11-21T10:00:00,5Z", MOMENT + 500],
    ["2026-11-21T10:00:00.123456789Z", MOMENT + 123],
    ["2026-11-21 10:00:00", MOMENT],
    ["2026-11-21T10:00", MOMENT],
    ["2026-11-21T13:00:00+03:00", MOMENT],
    ["2026-11-21T13:00:00 03:00", MOMENT],
    ["2026-11-21T04:30:00-0530", MOMENT],
    ["2026-11-21", Date.UTC(2026, 10, 21)],
    [String(MOMENT / 1_000), MOMENT],
    [`${MOMENT / 1_000}.25`, MOMENT + 250],
    ["0", 0],
    ["-1", -1_000],
    [" 2026-11-21T10:00:00z ", MOMENT],
  ])("%j", (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  it.each([
    "",
    "yesterday",
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
      min: new Date("0001-01-01T00:00:00Z"),
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

describe("parseRange", () => {
  const defaults = { now: MOMENT, defaultMs: 3_600_000 };
  it.each([
    [{}, { ok: true, from: MOMENT - 3_600_000, to: MOMENT }],
    [{ from: "2026-11-21" }, { ok: true, from: Date.UTC(2026, 10, 21), to: MOMENT }],
    [{ to: "2026-11-20" }, { ok: true, from: Date.UTC(2026, 10, 20) - 3_600_000, to: Date.UTC(2026, 10, 20) }],
    [{ from: "nonsense" }, { ok: false, path: "from" }],
    [{ to: "nonsense" }, { ok: false, path: "to" }],
    [{ from: "2026-11-22" }, { ok: false, path: "from", message: "from must be before to" }],
    [
      { from: "2026-11-20", to: "2026-11-20" },
      { ok: false, path: "from" },
    ],
  ])("%j", (given, range) => {
    expect(parseRange(given, defaults)).toMatchObject(range);
  });

  it("does not repeat what it refuses", () => {
    expect(JSON.stringify(parseRange({ from: "nonsense" }, defaults))).not.toContain("nonsense");
  });
});
