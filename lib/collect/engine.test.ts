import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { defineProbe, type Outcome } from "../probe";
import { createEngine, type EngineParts } from "./engine";
import type { TaskSpec } from "./plan";
import type { RunResult } from "./state";

const probe = defineProbe({
  facet: "host",
  name: "cpu",
  interval: "sampling_interval_seconds",
  timeoutMs: 1_000,
  labels: [],
  metrics: {},
  read: async () => ({}),
  rows: () => ({ rows: [] }),
});
const server = { id: 2, name: "local", hostKind: "local" as const, postgres: null, ssh: null, intervals: {} };
const spec = (over: Partial<TaskSpec> = {}): TaskSpec => ({
  key: "2:cpu",
  server,
  probe,
  live: false,
  intervalMs: 5_000,
  phaseMs: 0,
  ...over,
});
const ok: Outcome = { outcome: "ok", reading: { rows: [] } };
const failed: Outcome = { outcome: "failed", code: "refused", message: "refused" };

function engineWith(ask: EngineParts["ask"], other: Partial<EngineParts> = {}) {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  const results: RunResult[] = [];
  const changes: string[] = [];
  const engine = createEngine({
    ask,
    latestOf: () => ({}),
    record: (result) => results.push(result),
    onChange: (_, outcome, before) => changes.push(`${before}→${outcome.outcome}`),
    now: () => Date.now(),
    random: () => 0,
    ...other,
  });
  onTestFinished(() => {
    engine.stop();
    vi.useRealTimers();
  });
  return { engine, results, changes };
}

describe("engine", () => {
  it("asks at once, then on the grid", async () => {
    const { engine, results } = engineWith(async () => ({ outcome: ok, memory: undefined }));
    vi.setSystemTime(1_000_000_002_000);
    engine.reconcile([spec()]);
    engine.start();
    await vi.advanceTimersByTimeAsync(13_500);
    expect(results.map((result) => result.ts - 1_000_000_000_000)).toEqual([2_000, 5_000, 10_000, 15_000]);
  });

  it("skips and counts turns that come while the probe still runs", async () => {
    const { engine, results } = engineWith(
      () => new Promise((resolve) => setTimeout(() => resolve({ outcome: ok, memory: undefined }), 12_000)),
    );
    engine.reconcile([spec()]);
    engine.start();
    await vi.advanceTimersByTimeAsync(12_500);
    expect(results).toHaveLength(1);
    expect(results[0]?.skipped).toBe(2);
  });

  it("lets what is asked of a slow server for viewers only take a quarter of the time, and no rest where it is quick", async () => {
    const facet = { ...probe, facet: "postgres" } as unknown as TaskSpec["probe"];
    const live = spec({ key: "2:cpu:live", probe: facet, live: true, intervalMs: 1_000 });
    const { engine, results } = engineWith(({ server: { id } }) => {
      const took = id === 2 ? 2_000 : 20;
      return new Promise((resolve) => setTimeout(() => resolve({ outcome: ok, memory: undefined }), took));
    });
    vi.spyOn(performance, "now").mockImplementation(() => Date.now());
    onTestFinished(() => void vi.restoreAllMocks());
    engine.reconcile([live, { ...live, key: "3:cpu:live", server: { ...server, id: 3 } }]);
    engine.start();
    await vi.advanceTimersByTimeAsync(40_500);
    const count = (id: number) => results.filter(({ subject }) => subject === id).length;
    expect([count(2), count(3)]).toEqual([5, 41]);
  });

  it("lets one silent probe delay no other", async () => {
    const { engine, results } = engineWith((task) =>
      task.key === "3:cpu" ? new Promise(() => {}) : Promise.resolve({ outcome: ok, memory: undefined }),
    );
    engine.reconcile([spec(), spec({ key: "3:cpu", server: { ...server, id: 3 } })]);
    engine.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(results.filter((result) => result.subject === 2).length).toBeGreaterThanOrEqual(12);
    expect(results.filter((result) => result.subject === 3)).toHaveLength(0);
  });

  it("keeps this machine's grid while a hundred servers hang, without looking for a free place all the time", async () => {
    const asked: number[] = [];
    const { engine, results } = engineWith((task) => {
      if (task.probe.facet === "host") return Promise.resolve({ outcome: ok, memory: undefined });
      asked.push(Date.now());
      return new Promise((resolve) => setTimeout(() => resolve({ outcome: failed, memory: undefined }), 12_000));
    });
    const remote = { ...probe, facet: "postgres" as const, name: "activity", sql: { 10: "SELECT 1" } };
    const silent = Array.from({ length: 100 }, (_, at) =>
      spec({ key: `${at + 3}:activity`, probe: remote, server: { ...server, id: at + 3 }, intervalMs: 15_000 }),
    );
    engine.reconcile([...silent, spec()]);
    const timers = vi.spyOn(globalThis, "setTimeout");
    engine.start();
    await vi.advanceTimersByTimeAsync(11_900);
    expect(results.filter((result) => result.subject === 2)).toHaveLength(3);
    expect(asked).toHaveLength(64);
    expect(timers.mock.calls.length).toBeLessThan(64 + 50);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(100);
  });

  it("backs off while failing and recovers at the first answer", async () => {
    let down = true;
    const { engine, results, changes } = engineWith(async () => ({ outcome: down ? failed : ok, memory: undefined }));
    engine.reconcile([spec()]);
    engine.start();
    await vi.advanceTimersByTimeAsync(600_000);
    const failures = results.length;
    expect(failures).toBeGreaterThan(5);
    expect(failures).toBeLessThan(12);
    expect(results.at(-1)?.failures).toBe(failures);
    down = false;
    await vi.advanceTimersByTimeAsync(400_000);
    expect(changes).toEqual(["null→failed", "failed→ok"]);
    expect(results.at(-1)?.failures).toBe(0);
  });

  it.each([-3_600_000, -60_000, 3_600_000])(
    "goes on within an interval after the clock stepped by %d ms",
    async (step) => {
      const { engine, results } = engineWith(async () => ({ outcome: ok, memory: undefined }));
      engine.reconcile([spec()]);
      engine.start();
      await vi.advanceTimersByTimeAsync(20_000);
      const before = results.length;
      vi.setSystemTime(Date.now() + step);
      await vi.advanceTimersByTimeAsync(11_000);
      expect(results.length - before).toBeGreaterThanOrEqual(2);
    },
  );

  it("remembers what a probe needs for the next run, and gives the live task what viewers see", async () => {
    const seen: unknown[] = [];
    const { engine, results } = engineWith(async (_, before) => {
      seen.push(before?.value);
      return { outcome: ok, memory: { value: seen.length, at: 0 } };
    });
    engine.reconcile([spec(), spec({ key: "2:cpu:live", live: true, intervalMs: 1_000 })]);
    engine.start();
    await vi.advanceTimersByTimeAsync(5_500);
    expect(seen.slice(0, 2)).toEqual([undefined, undefined]);
    expect(seen.slice(2).every((value) => typeof value === "number")).toBe(true);
    expect(results.filter((result) => !result.live).every((result) => result.latest === undefined)).toBe(true);
    expect(results.filter((result) => result.live).every((result) => result.latest !== undefined)).toBe(true);
  });

  it("lets a live task begin with what the scheduled one remembers, a second after that answered", async () => {
    const seen: [boolean, unknown, number][] = [];
    const slowly = 1_500;
    const { engine } = engineWith(async (asked, before) => {
      const at = Date.now() - 1_000_000_000_000;
      if (!asked.live) await new Promise((done) => setTimeout(done, slowly));
      seen.push([asked.live, before?.value, at]);
      return { outcome: ok, memory: { value: at, at: 0 } };
    });
    engine.reconcile([spec()]);
    engine.start();
    await vi.advanceTimersByTimeAsync(slowly + 10);
    engine.reconcile([spec(), spec({ key: "2:cpu:live", live: true, intervalMs: 60_000 })]);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(seen).toEqual([
      [false, undefined, 0],
      [true, 0, slowly + 1_000],
    ]);
  });

  it("lets a live task go on from there at once where that was a while ago", async () => {
    const live = spec({ key: "2:cpu:live", live: true, intervalMs: 2_000 });
    const seen: [boolean, unknown, number][] = [];
    const { engine } = engineWith(async (asked, before) => {
      const at = Date.now() - 1_000_000_000_000;
      seen.push([asked.live, before?.value, at]);
      return { outcome: ok, memory: { value: at, at: 0 } };
    });
    engine.reconcile([spec()]);
    engine.start();
    await vi.advanceTimersByTimeAsync(5_500);
    seen.length = 0;
    engine.reconcile([spec(), live]);
    await vi.advanceTimersByTimeAsync(900);
    expect(seen).toEqual([[true, 5_000, 6_000]]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(seen[1]).toEqual([true, 6_000, 8_000]);
    engine.reconcile([spec()]);
    await vi.advanceTimersByTimeAsync(800);
    seen.length = 0;
    engine.reconcile([spec(), live]);
    await vi.advanceTimersByTimeAsync(10);
    expect(seen).toEqual([[true, 5_000, 9_200]]);
  });

  it("drops tasks that are no longer planned and takes a new interval at once", async () => {
    const { engine, results } = engineWith(async () => ({ outcome: ok, memory: undefined }));
    engine.reconcile([spec({ intervalMs: 3_600_000 })]);
    engine.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(results).toHaveLength(1);
    engine.reconcile([spec({ intervalMs: 1_000 })]);
    await vi.advanceTimersByTimeAsync(3_100);
    expect(results.length).toBeGreaterThanOrEqual(4);
    engine.reconcile([]);
    const before = results.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(results).toHaveLength(before);
  });

  it("asks now when a person wants it: during a pause after failures too, but not twice in a second", async () => {
    let down = true;
    const { engine, results } = engineWith(async () => ({ outcome: down ? failed : ok, memory: undefined }));
    const other = spec({ key: "2:disk", probe: { ...probe, name: "disk" } });
    engine.reconcile([spec(), other, spec({ key: "3:cpu", server: { ...server, id: 3 } })]);
    engine.start();
    await vi.advanceTimersByTimeAsync(600_000);
    const count = () => results.filter(({ subject, probe: name }) => subject === 2 && name === "cpu").length;
    const before = { all: results.length, cpu: count() };
    down = false;
    for (let times = 0; times < 9; times += 1) {
      engine.runNow(2, "cpu");
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(count()).toBe(before.cpu + 1);
    expect(results.length).toBe(before.all + 1);
    expect(results.at(-1)).toMatchObject({ subject: 2, probe: "cpu", failures: 0 });
    // What was asked too soon is not forgotten: it comes when the second is over.
    await vi.advanceTimersByTimeAsync(200);
    expect(count()).toBe(before.cpu + 2);
    engine.runNow(2, null);
    await vi.advanceTimersByTimeAsync(10);
    expect(results.slice(before.all + 1).map((result) => result.probe)).toEqual(["cpu", "disk"]);
  });
});
