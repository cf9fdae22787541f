import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zoneClock } from "./zone";

const at = (iso: string): number => Date.parse(iso) / 1000;

describe("zoneClock", () => {
  it.each([
    { zone: "UTC", time: "2026-03-01T12:00:00Z", wall: "2026-03-01T12:00:00Z" },
    { zone: "Europe/Moscow", time: "2026-03-01T12:00:07Z", wall: "2026-03-01T15:00:07Z" },
    { zone: "Asia/Kathmandu", time: "2026-03-01T12:00:00Z", wall: "2026-03-01T17:45:00Z" },
    { zone: "America/New_York", time: "2026-07-01T02:30:00Z", wall: "2026-06-30T22:30:00Z" },
    { zone: "Europe/Berlin", time: "2026-03-29T00:59:59Z", wall: "2026-03-29T01:59:59Z" },
    { zone: "Europe/Berlin", time: "2026-03-29T01:00:00Z", wall: "2026-03-29T03:00:00Z" },
  ])("$time is $wall in $zone", ({ zone, time, wall }) => {
    expect(zoneClock(zone).local(at(time))).toBe(at(wall));
  });

  it("finds the moment after a skipped hour", () => {
    expect(zoneClock("Europe/Berlin").utc(at("2026-03-29T02:30:00Z"))).toBe(at("2026-03-29T01:30:00Z"));
  });

  it("finds every time again but those of a repeated hour", () => {
    const zones = fc.constantFrom("UTC", "Europe/Moscow", "Asia/Kolkata", "America/St_Johns");
    fc.assert(
      fc.property(fc.integer({ min: at("2026-01-01"), max: at("2026-10-01") }), zones, (time, zone) => {
        const clock = zoneClock(zone);
        expect(clock.utc(clock.local(time))).toBe(time);
      }),
    );
  });
});
