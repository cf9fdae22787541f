import { describe, expect, it } from "vitest";
import { frameState } from "./frame-state";
import type { Picture } from "./picture";

const shown = (high: number, more: Partial<Picture> = {}): Picture => ({
  ts: [],
  from: 0,
  to: 1,
  lines: [],
  low: 0,
  high,
  gaps: [],
  staleSince: null,
  resolutionSeconds: 10,
  empty: false,
  ...more,
});
const MIB = 1024 ** 2;

describe("frameState", () => {
  it("reaches up to the ceiling and scales the unit by it", () => {
    const state = frameState(shown(3 * MIB), { unit: "bytes", ceiling: 128 * 1024 * MIB });
    expect(state.unit.symbol).toBe("GiB");
    expect(state.axis.domain).toEqual([0, 128]);
  });

  it.each([
    { high: 100.02, top: 100 },
    { high: 130, top: 150 },
  ])("a sum of $high under a ceiling of 100 ends at $top", ({ high, top }) => {
    expect(frameState(shown(high), { unit: "percent", ceiling: 100 }).axis.domain).toEqual([0, top]);
  });

  it("stays the same object while nothing that is rendered changes", () => {
    const before = frameState(shown(22), { unit: "count" });
    expect(frameState(shown(19), { unit: "count" }, before)).toBe(before);
  });

  it.each([
    { name: "a higher value", next: shown(50) },
    { name: "staleness", next: shown(22, { staleSince: 5 }) },
    { name: "emptiness", next: shown(22, { empty: true }) },
    { name: "another resolution", next: shown(22, { resolutionSeconds: 60 }) },
  ])("$name is a change", ({ next }) => {
    const before = frameState(shown(22), { unit: "count" });
    expect(frameState(next, { unit: "count" }, before)).not.toBe(before);
  });

  it("takes a new axis with a new unit", () => {
    const before = frameState(shown(900 * MIB), { unit: "bytes" });
    const after = frameState(shown(2048 * MIB), { unit: "bytes" }, before);
    expect(after.unit.symbol).toBe("GiB");
    expect(after.axis.domain).toEqual([0, 2]);
  });
});
