import { describe, expect, it } from "vitest";
import { timeSchema } from "./schema";

const NOON = Date.UTC(2026, 0, 31, 12);

describe("timeSchema", () => {
  it.each([
    ["2026-01-31T12:00:00Z", NOON],
    ["2026-01-31T12:00:00.000z", NOON],
    ["2026-01-31T14:00:00+02:00", NOON],
    ["2026-01-31T14:00:00 02:00", NOON],
    ["2026-01-31 12:00Z", NOON],
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    [String(NOON / 1000), NOON],
    [`${NOON / 1000}.25`, NOON + 250],
  ])("%s", (text, expected) => {
    expect(timeSchema.parse(text)).toBe(expected);
  });

  it.each(["", "now", "2026-13-01", "2026-01-31T12:00:00", "2026-01-31T25:00:00Z", "-5", "1e9", "99999999999999"])(
    "refuses %j",
    (text) => {
      expect(timeSchema.safeParse(text).success).toBe(false);
    },
  );
});
