import { describe, expect, it } from "vitest";
import { createAllowance } from "./allowance";

describe("createAllowance", () => {
  it("lets 20 messages through at once, and 20 more each second", () => {
    const allowance = createAllowance(0);
    const taken = (at: number, tries: number) =>
      Array.from({ length: tries }, () => allowance.take(at)).filter(Boolean).length;
    expect(taken(0, 50)).toBe(20);
    expect(taken(500, 50)).toBe(10);
    expect(taken(60_000, 50)).toBe(20);
  });

  it("never refuses one message each 50 ms", () => {
    const allowance = createAllowance(0);
    for (let at = 50; at < 60_000; at += 50) expect(allowance.take(at)).toBe(true);
  });

  it("forgives strikes after a minute, ten within it are enough", () => {
    const allowance = createAllowance(0);
    for (let strike = 1; strike <= 9; strike += 1) expect(allowance.strike(1_000)).toBe(false);
    for (let strike = 1; strike <= 9; strike += 1) expect(allowance.strike(61_001)).toBe(false);
    expect(allowance.strike(61_002)).toBe(true);
  });
});
