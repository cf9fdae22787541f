import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CpuReading, CpuTimes } from "../readings";
import { cpu } from "./cpu";

const ZERO: CpuTimes = {
  user: 0,
  nice: 0,
  system: 0,
  idle: 0,
  iowait: 0,
  irq: 0,
  softirq: 0,
  steal: 0,
  guest: 0,
  guestNice: 0,
};

function reading(total: Partial<CpuTimes>, other: Partial<CpuReading> = {}): CpuReading {
  const times = { ...ZERO, ...total };
  return {
    total: times,
    cores: new Map([[0, times]]),
    frequencyMhz: [2100],
    temperatureCelsius: [],
    interrupts: 1000,
    contextSwitches: 2000,
    loadAverage: [0.5, 1, 1.5],
    physicalCores: 1,
    running: 2,
    blocked: 0,
    forks: 70,
    bootedAt: 1_700_000_000,
    ticksPerSecond: 100,
    unavailable: {},
    ...other,
  };
}

function overall(now: CpuReading, before?: CpuReading) {
  return cpu.rows(now, before, 2).rows[0]?.values ?? {};
}

describe("cpu", () => {
  it("tells shares of the time since the last sample, and rates per second", () => {
    const before = reading({ user: 1000, idle: 5000 });
    const now = reading(
      { user: 1030, nice: 4, system: 20, idle: 5030, iowait: 10, irq: 1, softirq: 2, steal: 3 },
      { interrupts: 1500, contextSwitches: 2001 },
    );
    expect(overall(now, before)).toEqual({
      usage_percent: 60,
      user: 30,
      nice: 4,
      system: 20,
      idle: 30,
      iowait: 10,
      irq: 1,
      softirq: 2,
      steal: 3,
      guest: 0,
      interrupts: 1500,
      interrupts_per_sec: 250,
      context_switches: 2001,
      context_switches_per_sec: 0.5,
      core_count: 1,
      physical_cores: 1,
      procs_running: 2,
      procs_blocked: 0,
    });
  });

  it("counts the time of guests once", () => {
    const values = overall(reading({ user: 60, guest: 40, nice: 20, guestNice: 20, idle: 20 }), reading({}));
    expect(values).toMatchObject({ user: 20, nice: 0, guest: 60, idle: 20, usage_percent: 80 });
  });

  it("has no shares at first, after a reset and when no time has passed", () => {
    const missing = { usage_percent: null, user: null, idle: null };
    expect(overall(reading({ user: 5, idle: 5 }))).toMatchObject({ ...missing, interrupts_per_sec: null });
    expect(overall(reading({ user: 4, idle: 50 }), reading({ user: 5, idle: 5 }))).toMatchObject(missing);
    expect(overall(reading({ user: 5 }), reading({ user: 5 }))).toMatchObject(missing);
    expect(overall(reading({ user: 5 }), reading({}, { total: null }))).toMatchObject(missing);
    expect(cpu.rows(reading({}), undefined, 0).unavailable).toMatchObject({ usage_percent: "needs a second sample" });
    expect(cpu.rows(reading({}), reading({}), 1).unavailable).toEqual({});
  });

  it("bears idle and iowait that step back, as the kernel lets them", () => {
    const values = overall(reading({ user: 10, idle: 110, iowait: 4 }), reading({ idle: 100, iowait: 5 }));
    expect(values).toMatchObject({ user: 50, idle: 50, iowait: 0, usage_percent: 50 });
  });

  it("keeps unknown shares unknown", () => {
    const unknown = { iowait: null, irq: null, softirq: null, steal: null, guest: null, guestNice: null };
    const values = overall(reading({ user: 25, idle: 75, ...unknown }), reading(unknown));
    expect(values).toMatchObject({ usage_percent: 25, user: 25, idle: 75, iowait: null, steal: null, guest: null });
  });

  it("gives each processor, clock, sensor and load average a row of its own", () => {
    const cores = new Map(Array.from({ length: 256 }, (_, core) => [core, { ...ZERO, user: core, idle: 256 - core }]));
    const now = reading({}, { cores, temperatureCelsius: [50, null] });
    const idle = new Map(Array.from({ length: 255 }, (_, core) => [core, ZERO]));
    const { rows } = cpu.rows(now, reading({}, { cores: idle }), 1);
    expect(rows).toHaveLength(1 + 256 + 1 + 2 + 3);
    expect(rows).toContainEqual({ labels: { core: "128" }, values: { per_core: 50 } });
    expect(rows).toContainEqual({ labels: { core: "255" }, values: { per_core: null } });
    expect(rows).toContainEqual({ labels: { sensor: "0" }, values: { temperature_celsius: 50 } });
    expect(rows).toContainEqual({ labels: { index: "2" }, values: { load_avg: 1.5 } });
  });

  it("shares are between 0 and 100 and add up to 100, whatever was counted", () => {
    const counts = fc.record(Object.fromEntries(Object.keys(ZERO).map((name) => [name, fc.nat(1_000_000)])));
    const shown = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest"];
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const values = overall(reading(one), reading(other));
        if (values.usage_percent === null) return;
        const numbers = shown.map((name) => values[name] ?? 0);
        expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
        const sum = numbers.reduce((total, number) => total + number, 0);
        expect(sum).toBeGreaterThan(99.9);
        expect(sum).toBeLessThan(100.1);
      }),
    );
  });
});

it("tells times since boot in seconds, whatever the ticks of the machine are", () => {
  expect(cpu.rows(reading({ user: 250, idle: 1_000 }), undefined, 0).exposed).toEqual([
    { labels: { core: "0" }, values: expect.objectContaining({ user: 2.5, idle: 10, steal: 0 }) },
    { labels: {}, values: { forks: 70, boot_time_seconds: 1_700_000_000 } },
  ]);
});
