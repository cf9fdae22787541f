import { describe, expect, it } from "vitest";
import type { Probes } from "./newest";
import { isIoHidden, leadingCommands, processCount, processesNow } from "./processes-now";

const of = (data: unknown): Probes => ({ processes: { ts: "2026-03-01T12:00:00.000Z", data } });
const probes = of({
  total: 212,
  by_cpu: [
    { pid: 7, command: "postgres", user: "postgres", cpu_percent: 125, rss_bytes: 9, read_bytes_per_sec: 5 },
    { command: "without a number" },
    "garbage",
  ],
  by_memory: [{ pid: 8, command: "java", user: null, cpu_percent: null, rss_bytes: 99, write_bytes_per_sec: 1 }],
  commands: {
    ...{ java: { cpu_percent: 0, rss_bytes: 99 }, postgres: { cpu_percent: 130, rss_bytes: 50 } },
    ...{ cron: { cpu_percent: 2, rss_bytes: 1 }, "(others)": { cpu_percent: 3, rss_bytes: null } },
  },
  unavailable: { io: "only root may" },
});

describe("processesNow", () => {
  it("lists each order, and takes nothing for a number that is none", () => {
    expect(processesNow(probes, "cpu")).toEqual([
      {
        ...{ pid: 7, command: "postgres", user: "postgres", cpuPercent: 125, rssBytes: 9 },
        ...{ readPerSecond: 5, writePerSecond: null },
      },
    ]);
    expect(processesNow(probes, "memory")).toMatchObject([{ pid: 8, user: null, cpuPercent: null, writePerSecond: 1 }]);
  });

  it("knows nothing of a machine whose processes are not told", () => {
    for (const nothing of [{}, of(null), of({ by_cpu: {}, commands: 5 })]) {
      expect(processesNow(nothing, "cpu")).toEqual([]);
      expect(leadingCommands(nothing, "cpu_percent")).toEqual([]);
      expect([processCount(nothing), isIoHidden(nothing)]).toEqual([null, false]);
    }
    expect([processCount(probes), isIoHidden(probes)]).toEqual([212, true]);
  });
});

describe("leadingCommands", () => {
  it("are those with most right now, none that uses nothing", () => {
    expect(leadingCommands(probes, "cpu_percent")).toEqual(["postgres", "(others)", "cron"]);
    expect(leadingCommands(probes, "rss_bytes")).toEqual(["java", "postgres", "cron"]);
  });

  it("are seven at most", () => {
    const commands = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`c${at}`, { rss_bytes: at + 1 }]));
    expect(leadingCommands(of({ commands }), "rss_bytes")).toEqual(["c8", "c7", "c6", "c5", "c4", "c3", "c2"]);
  });
});
