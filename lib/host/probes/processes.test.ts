import { describe, expect, it } from "vitest";
import type { ProcessesReading, ProcessReading } from "../readings";
import { toSnapshot } from "../snapshot";
import { noProcesses } from "../unknown";
import { processes } from "./processes";

const MIB = 1024 * 1024;

function one(pid: number, command: string, change: Partial<ProcessReading> = {}): ProcessReading {
  return { pid, command, group: command, startTicks: 10, cpuTicks: 0, threads: 1, rssBytes: MIB, ...change };
}

function reading(uptimeSeconds: number, list: ProcessReading[], kept: string[] = []): ProcessesReading {
  return { ...{ processes: list, kept: new Set(kept), uptimeSeconds, ticksPerSecond: 100 }, unavailable: {} };
}

const facts = (now: ProcessesReading, before: ProcessesReading | undefined, seconds = 10) =>
  processes.rows(now, before, seconds).facts as Record<"by_cpu" | "by_memory", Record<string, unknown>[]>;
const snapshot = (now: ProcessesReading, before: ProcessesReading | undefined, seconds = 10) => {
  const { rows, unavailable } = processes.rows(now, before, seconds);
  return toSnapshot(processes, rows, unavailable);
};

describe("those that use most", () => {
  it("are told with processor time of one core, memory, and what they read and write", () => {
    const io = (readBytes: number, writeBytes: number) => ({
      more: { user: "postgres", io: { readBytes, writeBytes } },
    });
    const before = reading(100, [one(1, "init"), one(2, "postgres", { cpuTicks: 500, ...io(0, 1000) })]);
    const now = reading(110, [
      one(1, "init"),
      one(2, "postgres", { cpuTicks: 1750, rssBytes: 9 * MIB, ...io(50, 3000) }),
    ]);
    expect(facts(now, before)).toEqual({
      by_cpu: [
        {
          ...{ pid: 2, command: "postgres", user: "postgres", cpu_percent: 125, rss_bytes: 9 * MIB },
          ...{ read_bytes_per_sec: 5, write_bytes_per_sec: 200 },
        },
      ],
      by_memory: [
        expect.objectContaining({ pid: 2 }),
        {
          ...{ pid: 1, command: "init", user: null, cpu_percent: 0, rss_bytes: MIB },
          ...{ read_bytes_per_sec: null, write_bytes_per_sec: null },
        },
      ],
    });
  });

  it("are ten at most, the first the busiest", () => {
    const list = (factor: number) =>
      Array.from({ length: 25 }, (_, pid) => one(pid, "w", { cpuTicks: pid * factor, rssBytes: MIB + pid }));
    const { by_cpu, by_memory } = facts(reading(110, list(2)), reading(100, list(1)));
    expect(by_cpu.map(({ pid }) => pid)).toEqual([24, 23, 22, 21, 20, 19, 18, 17, 16, 15]);
    expect(by_memory.map(({ pid }) => pid)).toEqual(by_cpu.map(({ pid }) => pid));
  });

  it("count a process that began since with all it used, one that was overlooked not at all", () => {
    const before = reading(100, []);
    const young = one(5, "cc", { startTicks: 10_500, cpuTicks: 400 });
    const old = one(6, "hidden", { startTicks: 5_000, cpuTicks: 90_000 });
    const future = one(7, "container", { startTicks: 90_000, cpuTicks: 100 });
    expect(facts(reading(110, [young, old, future]), before).by_cpu).toMatchObject([{ pid: 5, cpu_percent: 40 }]);
  });

  it("do not inherit from an ended process with the same number", () => {
    const before = reading(100, [one(5, "old", { cpuTicks: 100 })]);
    const now = reading(110, [one(5, "new", { startTicks: 10_900, cpuTicks: 150 })]);
    expect(facts(now, before).by_cpu).toMatchObject([{ command: "new", cpu_percent: 15 }]);
  });

  it("have no processor time after the first reading, nor where a counter fell", () => {
    const now = reading(110, [one(5, "a", { cpuTicks: 50 })]);
    expect(facts(now, undefined, 0).by_cpu).toEqual([]);
    expect(snapshot(now, undefined, 0)).toMatchObject({ unavailable: { by_cpu: "needs a second sample" } });
    expect(facts(now, reading(100, [one(5, "a", { cpuTicks: 60 })])).by_cpu).toEqual([]);
  });
});

describe("commands", () => {
  it("are sums of their processes; all that are not kept are told together, so that the sum is the whole", () => {
    const list = (ticks: number) => [
      one(1, "init"),
      one(2, "postgres", { cpuTicks: ticks, threads: 4 }),
      one(3, "postgres", { cpuTicks: 2 * ticks }),
      one(4, "cron", { cpuTicks: ticks }),
    ];
    const told = snapshot(reading(110, list(100), ["postgres"]), reading(100, list(0)));
    expect(told).toMatchObject({ total: 4, threads: 7 });
    expect(told.commands).toEqual({
      "(others)": { processes: 2, cpu_percent: 10, rss_bytes: 2 * MIB },
      postgres: { processes: 2, cpu_percent: 30, rss_bytes: 2 * MIB },
    });
  });

  it("are kept no finer than what means something over time", () => {
    const list = (ticks: number) => [one(2, "postgres", { cpuTicks: ticks, rssBytes: 10 * MIB + 40_000 })];
    const told = snapshot(reading(110, list(1234), ["postgres"]), reading(100, list(0)));
    expect(told.commands).toEqual({ postgres: { processes: 1, cpu_percent: 123, rss_bytes: 10 * MIB + 65_536 } });
  });

  it("have a reason for each number where processes are not told", () => {
    expect(snapshot(noProcesses("told by Linux only"), undefined)).toMatchObject({
      ...{ total: null, threads: null, commands: {} },
      unavailable: { processes: "told by Linux only", cpu_percent: "told by Linux only" },
    });
  });
});
