import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { dayRange, isDayOrTime, parseTime, startOfDay } from "./time";

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

describe("dayRange", () => {
  const range = (date_from: string | undefined, date_to: string | undefined, tz: string) => {
    const { from, to } = dayRange({ date_from, date_to, tz });
    return [from?.toISOString() ?? null, to?.toISOString() ?? null];
  };
  const day = (date: string, tz: string) => range(date, date, tz);

  it.each<[string, string, string, string]>([
    ["an ordinary day", "Europe/Berlin", "2026-11-21T23:00:00.000Z", "2026-11-22T23:00:00.000Z"],
    ["the same in UTC", "UTC", "2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z"],
    ["a zone that is none", "Mars/Olympus", "2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z"],
  ])("%s", (_case, tz, from, to) => {
    expect(day("2026-11-22", tz)).toEqual([from, to]);
  });

  it.each([
    ["23 hours in spring", "2026-03-29", "Europe/Berlin", 23],
    ["25 hours in autumn", "2026-10-25", "Europe/Berlin", 25],
    ["no midnight", "2018-11-04", "America/Sao_Paulo", 23],
    ["two midnights", "2025-11-02", "America/Havana", 25],
    ["half an hour less", "2026-10-04", "Australia/Lord_Howe", 23.5],
    ["a day that was left out", "2011-12-30", "Pacific/Apia", 0],
  ])("%s: %s in %s", (_case, date, tz, hours) => {
    const { from, to } = dayRange({ date_from: date, date_to: date, tz });
    expect(from && to && (to.getTime() - from.getTime()) / 3_600_000).toBe(hours);
  });

  it("ends each day where the next one begins, in every zone", () => {
    const dates = fc.date({ min: new Date("1971-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.constantFrom(...Intl.supportedValuesOf("timeZone")), (date, tz) => {
        const [today, tomorrow] = [date, new Date(date.getTime() + 86_400_000)].map((at) =>
          at.toISOString().slice(0, 10),
        );
        expect(range(undefined, today, tz)[1]).toBe(range(tomorrow, undefined, tz)[0]);
      }),
      { numRuns: 500 },
    );
  });

  it("takes times with and without a zone, and includes the last moment", () => {
    expect(range("2026-11-22T10:00:00Z", "2026-11-22T12:00:00.500+01:00", "Asia/Tokyo")).toEqual([
      "2026-11-22T10:00:00.000Z",
      "2026-11-22T11:00:00.501Z",
    ]);
    expect(range("2026-11-22T10:00", "2026-11-22 11:30:00", "Asia/Tokyo")).toEqual([
      "2026-11-22T01:00:00.000Z",
      "2026-11-22T02:30:00.001Z",
    ]);
  });

  it("is total, and bounded by nothing where nothing is understood", () => {
    expect(range("yesterday", "2026-02-31", "UTC")).toEqual([null, null]);
    expect(range("0001-01-01", "9999-12-31", "UTC")).toEqual([null, null]);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (from, to, tz) => {
        const { from: first } = dayRange({ date_from: from, date_to: to, tz });
        expect(first === null || isDayOrTime(from)).toBe(true);
      }),
    );
  });
});

describe("startOfDay", () => {
  it.each([
    ["2026-11-22T23:30:00Z", "Europe/Berlin", "2026-11-22T23:00:00.000Z"],
    ["2026-11-22T22:30:00Z", "Europe/Berlin", "2026-11-21T23:00:00.000Z"],
    ["2018-11-04T12:00:00Z", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
    ["2026-11-22T12:34:56.789Z", "no zone", "2026-11-22T00:00:00.000Z"],
  ])("%s in %s", (now, tz, start) => {
    expect(startOfDay(new Date(now), tz).toISOString()).toBe(start);
  });
});

it("keeps a hundred clocks at most, in however many ways a client writes the names of zones", () => {
  let clocks = 0;
  class Counted extends Intl.DateTimeFormat {
    constructor(locale?: string, options?: Intl.DateTimeFormatOptions) {
      super(locale, options);
      if (options?.hourCycle) clocks += 1;
    }
  }
  vi.stubGlobal("Intl", { ...Intl, DateTimeFormat: Counted });
  onTestFinished(() => void vi.unstubAllGlobals());
  const spelled = (bits: number) =>
    [..."pacific/auckland"].map((letter, i) => ((bits >> i) & 1 ? letter.toUpperCase() : letter)).join("");
  const ask = (bits: number) => dayRange({ date_from: "2026-11-22", tz: spelled(bits) }).from?.toISOString();
  for (let bits = 0; bits <= 100; bits += 1) expect(ask(bits)).toBe("2026-11-21T11:00:00.000Z");
  const before = clocks;
  ask(100);
  expect(clocks).toBe(before);
  ask(0);
  expect(clocks).toBe(before + 1);
});
