// What the kernel tells comes back from history as it was read.
import { beforeAll, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { memoryBandwidth } from "../host/probes/memory-bandwidth";
import { pressure } from "../host/probes/pressure";
import { processes } from "../host/probes/processes";
import type { ProcessesReading, ProcessReading } from "../host/readings";
import { toSnapshot } from "../host/snapshot";
import { noPressure } from "../host/unknown";
import { sealHours } from "../metrics/seal";
import { writeSamples } from "../metrics/write";
import type { Reading } from "../probe";
import { systemActor } from "../users/permissions";
import { snapshotHistory } from "./snapshots";

useDatabase();

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 15, 10);
/** Names as machines may have them. */
const NAMES = ["postgres", "(sd-pam)", 'a"b,{c}', "__proto__", "пример", "two words"];

const processOf = (command: string, pid: number, cpuTicks: number): ProcessReading => ({
  ...{ pid, command, group: command, startTicks: 5, cpuTicks, threads: 2, rssBytes: 65_536 * (pid + 1) },
});
const processesAt = (tick: number): ProcessesReading => ({
  processes: [...NAMES, "unkept"].map((name, pid) => processOf(name, pid, tick * 100 * (pid + 1))),
  ...{ kept: new Set(NAMES), uptimeSeconds: 1000 + tick * 10, ticksPerSecond: 100, unavailable: {} },
});
const pagingAt = (tick: number) => ({
  ...{ pagedInKib: tick * 50, pagedOutKib: tick * 100, swappedInPages: 0, swappedOutPages: tick, faults: tick * 1000 },
  ...{
    majorFaults: null,
    outOfMemoryKills: null,
    pageSizeBytes: 4096,
    unavailable: { major_faults_per_sec: "this kernel does not count it" as const },
  },
});
const pressureAt = (tick: number) => {
  const stall = { avg10: 0.25, avg60: 12.5, avg300: 99.99, totalMicroseconds: tick * 1_000_000 };
  const { stalls } = noPressure("told by Linux only");
  return { stalls: { ...stalls, io: { some: stall, full: stall } }, unavailable: {} };
};

const READINGS: [string, typeof processes | typeof pressure | typeof memoryBandwidth, Reading][] = [
  ["processes", processes, processes.rows(processesAt(2), processesAt(1), 10)],
  ["pressure", pressure, pressure.rows(pressureAt(2), pressureAt(1), 5)],
  ["memory_bandwidth", memoryBandwidth, memoryBandwidth.rows(pagingAt(2), pagingAt(1), 5)],
];

beforeAll(async () => {
  const subject = await createServerRow("local");
  for (const ts of [START, START + HOUR]) {
    await writeSamples(READINGS.map(([probe, , { rows }]) => ({ subject, probe, ts, rows })));
  }
  await sealHours(START + HOUR + 5 * 60_000);
});

it.each(READINGS)("%s, sealed and not", async (metricType, probe, { rows }) => {
  const question = { server: "local", metricType, from: START, to: START + 2 * HOUR, limit: 10 };
  const { data_points } = await snapshotHistory(systemActor(), { ...question, interval: "raw" });
  const told = JSON.parse(JSON.stringify(toSnapshot(probe, rows)));
  expect(data_points.map(({ timestamp }) => Date.parse(timestamp))).toEqual([START, START + HOUR]);
  for (const { data } of data_points)
    expect(withoutUnknown(JSON.parse(JSON.stringify(data)))).toEqual(withoutUnknown(told));
});

/** What was never known has no series, and so no place in a map: `cpu.full` of pressure. */
function withoutUnknown(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const left = withoutUnknown(inner);
    const isNothing = left === null || (typeof left === "object" && Object.keys(left).length === 0);
    return isNothing ? [] : [[key, left]];
  });
  return Object.fromEntries(known);
}
