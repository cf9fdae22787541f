import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_BACKOFF_MS, missedTicks, nextTick, phaseOf, retryAt, stampOf } from "./schedule";

const grids = fc.record({ intervalMs: fc.integer({ min: 1_000, max: 86_400_000 }), phase: fc.nat() }).map((grid) => ({
  intervalMs: grid.intervalMs,
  phaseMs: grid.phase % grid.intervalMs,
}));
const times = fc.integer({ min: 1, max: 4_102_444_800_000 });

describe("schedule", () => {
  it("gives the next grid point, at most one interval away", () => {
    fc.assert(
      fc.property(times, grids, (now, grid) => {
        const next = nextTick(now, grid);
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual(grid.intervalMs);
        expect((next - grid.phaseMs) % grid.intervalMs).toBe(0);
      }),
    );
  });

  it("never drifts: a run that starts a little late is followed by the next grid point", () => {
    const grid = { intervalMs: 5_000, phaseMs: 0 };
    let now = 1_000_000;
    const ticks: number[] = [];
    for (let run = 0; run < 1_000; run += 1) {
      now = nextTick(now, grid) + (run % 7);
      ticks.push(stampOf(now, grid));
    }
    expect(ticks.every((tick, index) => index === 0 || tick - (ticks[index - 1] ?? 0) === 5_000)).toBe(true);
  });

  it("stamps a late run with its true time", () => {
    const grid = { intervalMs: 5_000, phaseMs: 0 };
    expect(stampOf(10_400, grid)).toBe(10_000);
    expect(stampOf(12_000, grid)).toBe(12_000);
    expect(stampOf(1_300, { intervalMs: 1_000, phaseMs: 0 })).toBe(1_300);
    expect(stampOf(14_900, grid)).toBe(14_900);
  });

  it("spreads subjects over the interval and keeps a subject's place", () => {
    const phases = Array.from({ length: 100 }, (_, index) => phaseOf(index + 2, 15_000));
    expect(phases[0]).toBe(0);
    expect(phases).toEqual(Array.from({ length: 100 }, (_, index) => phaseOf(index + 2, 15_000)));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const within = phases.filter((phase) => Math.floor(phase / 1_500) === tenth);
      expect(within.length).toBeGreaterThanOrEqual(8);
      expect(within.length).toBeLessThanOrEqual(12);
    }
  });

  it("backs off from a failing target by doubling, up to 5 minutes", () => {
    const grid = { intervalMs: 15_000, phaseMs: 0 };
    const pauses = [1, 2, 3, 4, 5, 6, 30].map((failures) => retryAt(0, grid, { failures, random: 0 }));
    expect(pauses).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
    fc.assert(
      fc.property(
        times,
        grids,
        fc.nat(60),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (now, some, failures, random) => {
          const pause = retryAt(now, some, { failures, random }) - now;
          expect(pause).toBeGreaterThan(0);
          expect(pause).toBeLessThanOrEqual(Math.max(some.intervalMs, LONGEST_BACKOFF_MS * 1.1 + some.intervalMs));
        },
      ),
    );
  });

  it("counts ticks that nobody served", () => {
    const grid = { intervalMs: 5_000, phaseMs: 0 };
    expect(missedTicks(10_000, 10_020, grid)).toBe(0);
    expect(missedTicks(10_000, 26_000, grid)).toBe(3);
    expect(missedTicks(10_000, 9_000, grid)).toBe(0);
  });
});
