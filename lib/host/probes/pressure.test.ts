import { describe, expect, it } from "vitest";
import type { PressureReading, StallReading } from "../readings";
import { toSnapshot } from "../snapshot";
import { noPressure } from "../unknown";
import { pressure } from "./pressure";

const stall = (totalMicroseconds: number): StallReading => ({ avg10: 1, avg60: 2.5, avg300: 0, totalMicroseconds });
const reading = (memory: number): PressureReading => {
  const { stalls } = noPressure("told by Linux only");
  return { stalls: { ...stalls, memory: { some: stall(memory), full: null } }, unavailable: {} };
};

function snapshot(now: PressureReading, before: PressureReading | undefined, seconds: number) {
  const { rows, unavailable } = pressure.rows(now, before, seconds);
  return toSnapshot(pressure, rows, unavailable);
}

describe("pressure", () => {
  it("is what the kernel averages, and the share of the time since the last sample", () => {
    expect(snapshot(reading(1_750_000), reading(500_000), 5).memory).toEqual({
      some: { avg10: 1, avg60: 2.5, avg300: 0, stall_percent: 25 },
      full: { avg10: null, avg60: null, avg300: null, stall_percent: null },
    });
  });

  it("is never above the whole time, whatever the two clocks say", () => {
    expect(snapshot(reading(5_020_000), reading(0), 5)).toMatchObject({ memory: { some: { stall_percent: 100 } } });
  });

  it("has no share after the first sample and after a restart, but averages", () => {
    expect(snapshot(reading(9), undefined, 0)).toMatchObject({
      memory: { some: { avg60: 2.5, stall_percent: null } },
      unavailable: { stall_percent: "needs a second sample" },
    });
    expect(snapshot(reading(9), reading(10), 5)).toMatchObject({ memory: { some: { stall_percent: null } } });
  });

  it("has the same shape where nothing is told", () => {
    const nothing = { avg10: null, avg60: null, avg300: null, stall_percent: null };
    const none = { some: nothing, full: nothing };
    const { unavailable: reasons, ...rest } = snapshot(noPressure("told by Linux only"), undefined, 0);
    expect(rest).toEqual({ cpu: none, memory: none, io: none });
    expect(reasons).toMatchObject({ avg10: "told by Linux only", stall_percent: "told by Linux only" });
  });
});
