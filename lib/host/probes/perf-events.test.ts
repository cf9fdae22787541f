import { describe, expect, it } from "vitest";
import { treeReader } from "../linux/tree-reader";
import type { PerfReading } from "../perf/counter";
import type { PerfEvent } from "../perf/events";
import type { PerfCount } from "../perf/output";
import { faresIn, type Tallies, withInterval } from "../perf/tally";
import { STARTING } from "../perf/trouble";
import { toSnapshot } from "../snapshot";
import { perfEvents } from "./perf-events";

type Counts = Partial<Record<PerfEvent, PerfCount>>;
const TIME = Date.UTC(2026, 0, 15, 10);

/** After intervals of a second each. */
function readingOf(intervals: readonly Counts[], change: Partial<PerfReading> = {}): PerfReading {
  const percentOf = (count: PerfCount) => (count === "not counted" ? 0 : 75);
  const ended = intervals.map((counts) => ({
    seconds: 1,
    events: new Map(
      Object.entries(counts).map(
        ([event, count]) => [event as PerfEvent, { count, percent: percentOf(count) }] as const,
      ),
    ),
  }));
  const sum = (parts: typeof ended) => parts.reduce<Tallies>(withInterval, new Map());
  const newest = ended.at(-1);
  return {
    ...{ run: 1, cores: "all", intervalMs: 1_000, trouble: null, noCounters: null, ageMs: 200 },
    ...{ tallies: sum(ended), earlier: sum(ended.slice(0, -1)), sampleTime: newest ? TIME : null },
    fares: newest ? faresIn(newest) : new Map(),
    ...change,
  };
}

function snapshotOf(now: PerfReading | null, before?: PerfReading | null) {
  const { rows, unavailable, facts } = perfEvents.rows(now, before, 5);
  return { ...toSnapshot(perfEvents, rows, unavailable), ...facts } as Record<string, unknown> & {
    events: Record<string, object>;
    unavailable: Record<string, string>;
  };
}

const ALL: Counts = {
  "cpu-clock": 2_000,
  "context-switches": 894,
  cycles: 4_000_000,
  instructions: 6_000_000,
  branches: 1_000_000,
  "branch-misses": 25_000,
  "L1-dcache-loads": 2_000_000,
  "L1-dcache-load-misses": 100_000,
  "LLC-loads": 10_000,
  "LLC-load-misses": 5_000,
  "dTLB-loads": 2_000_000,
  "dTLB-load-misses": 2_000,
  "iTLB-loads": 1_000,
  "iTLB-load-misses": 10,
};

describe("perf_events", () => {
  it("has the shape that clients know", () => {
    expect(snapshotOf(readingOf([ALL]))).toMatchObject({
      available: true,
      cpu_cores: "all",
      interval_ms: 1_000,
      sample_time: "2026-01-15T10:00:00.000Z",
      events: {
        "cpu-clock": { value: 2_000, unit: "msec", per_sec: 2_000, confidence: 75 },
        cycles: { value: 4_000_000, unit: "count", per_sec: 4_000_000, confidence: 75 },
      },
      derived: {
        ipc: 1.5,
        branch_miss_percent: 2.5,
        l1d_miss_percent: 5,
        llc_miss_percent: 50,
        dtlb_miss_percent: 0.1,
        itlb_miss_percent: 1,
      },
      missing_events: ["cpu-migrations", "page-faults", "L1-icache-loads"],
      unsupported_events: [],
      error: null,
    });
  });

  it("uses every interval since the sample before", () => {
    const first = { cycles: 100, instructions: 100 };
    const before = readingOf([first]);
    const now = readingOf([first, { cycles: 200, instructions: 300 }, { cycles: 400, instructions: 300 }]);
    expect(snapshotOf(now, before)).toMatchObject({
      events: { cycles: { value: 300, per_sec: 300 } },
      derived: { ipc: 1 },
    });
  });

  it("lets a long interval speak until the next one has ended, but not for ever", () => {
    const reading = (ageMs: number) => readingOf([ALL, { cycles: 200 }], { intervalMs: 60_000, ageMs });
    expect(snapshotOf(reading(55_000), reading(50_000)).events.cycles).toMatchObject({ value: 200 });
    const stale = snapshotOf(reading(120_000), reading(115_000));
    expect(stale).toMatchObject({ available: false, error: expect.stringContaining("a while") });
    expect(stale.events.cycles).toMatchObject({ value: null, per_sec: null, confidence: null });
  });

  it("begins anew with another configuration", () => {
    const before = readingOf([ALL, ALL, ALL]);
    expect(snapshotOf(readingOf([{ cycles: 7 }], { run: 2 }), before).events.cycles).toMatchObject({ value: 7 });
  });

  it("hides no event behind another that cannot be counted", () => {
    const counts: Counts = { ...ALL, "LLC-loads": "not supported", "LLC-load-misses": "not supported" };
    const snapshot = snapshotOf(readingOf([counts]));
    expect(snapshot).toMatchObject({
      ...{ available: true, error: null, unsupported_events: ["LLC-loads", "LLC-load-misses"] },
      events: { instructions: { value: 6_000_000 }, "LLC-loads": { value: null } },
      derived: { ipc: 1.5, llc_miss_percent: null },
    });
    expect(snapshot.unavailable["events.LLC-loads"]).toMatch(/cannot count/);
    expect(snapshot.unavailable["derived.llc_miss_percent"]).toBe("needs LLC-load-misses and LLC-loads");
  });

  it("has a gap where an event was not counted, and values again when it is", () => {
    const gap: Counts = { ...ALL, cycles: "not counted" };
    const during = snapshotOf(readingOf([ALL, gap]), readingOf([ALL]));
    expect(during).toMatchObject({
      events: { cycles: { value: null }, instructions: { value: 6_000_000 } },
      ...{ derived: { ipc: null }, unsupported_events: [], missing_events: expect.not.arrayContaining(["cycles"]) },
    });
    expect(during.unavailable["events.cycles"]).toMatch(/in this interval/);
    expect(snapshotOf(readingOf([ALL, gap, ALL]), readingOf([ALL, gap])).derived).toMatchObject({ ipc: 1.5 });
  });

  it("divides nothing by zero", () => {
    const snapshot = snapshotOf(readingOf([{ ...ALL, cycles: 0 }]));
    expect(snapshot.derived).toMatchObject({ ipc: null });
    expect(snapshot.unavailable["derived.ipc"]).toBe("there were no cycles");
  });

  it("says why nothing is counted, and what would help", () => {
    const trouble = {
      code: "no_perf",
      message: "The program perf is not installed here",
      remedy: "sudo apt-get install linux-perf",
    } as const;
    expect(snapshotOf(readingOf([ALL], { trouble }))).toMatchObject({
      ...{
        available: false,
        error: "The program perf is not installed here",
        trouble,
        unavailable: { events: "The program perf is not installed here" },
      },
      events: { cycles: { value: null } },
    });
    expect(snapshotOf(readingOf([], { trouble: STARTING, ageMs: Number.POSITIVE_INFINITY })).sample_time).toBeNull();
  });

  it("keeps counting what the kernel itself can where the processor shows no counters", () => {
    const noCounters = { code: "no_pmu", message: "perf ended without a word", remedy: null } as const;
    const snapshot = snapshotOf(readingOf([{ "cpu-clock": 2_000, cycles: "not supported" }], { noCounters }));
    expect(snapshot).toMatchObject({ available: true, error: null, trouble: noCounters });
    expect(snapshot.events["cpu-clock"]).toMatchObject({ value: 2_000 });
  });

  it("is silent on a machine where nobody counts", async () => {
    const raw = await perfEvents.read(treeReader({}));
    expect(perfEvents.rows(raw, undefined, 0)).toMatchObject({ rows: [], facts: { available: false } });
  });
});
