import { describe, expect, it, onTestFinished, vi } from "vitest";
import { defineProbe, type Outcome } from "../probe";
import { createEngine, type EngineParts } from "./engine";
import type { TaskSpec } from "./plan";
import { nextTick, phaseOf } from "./schedule";
import type { RunResult } from "./state";

const ok: Outcome = { outcome: "ok", reading: { rows: [] } };
const silence: Outcome = { outcome: "failed", code: "timeout", message: "no answer" };
const START = 1_000_000_000_000;
const INTERVAL_MS = 15_000;

const probeOf = (name: string, ownConnection = false) =>
  defineProbe({
    ...{ facet: "postgres", name, interval: "collect_interval", timeoutMs: 12_000 },
    ...{ labels: [], metrics: {}, sql: { 10: "SELECT 1" }, ownConnection },
  });
const PROBES = ["activity", "databases", "instance", "replication"].map((name) => probeOf(name));
const address = { host: "h", port: 5432, user: "u", password: null, database: "d", sslmode: "disable", ca: null };

function specsOf(servers: readonly number[], probes = PROBES): TaskSpec[] {
  return servers.flatMap((id) =>
    probes.map((probe) => ({
      ...{ key: `${id}:${probe.name}`, probe, live: false, intervalMs: INTERVAL_MS },
      server: { id, name: `s${id}`, hostKind: null, postgres: address, ssh: null, intervals: {} },
      phaseMs: phaseOf(id, INTERVAL_MS),
    })),
  );
}
const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
const soon = <T>(milliseconds: number, value: T) =>
  new Promise<T>((resolve) => setTimeout(resolve, milliseconds, value));

interface Asked {
  server: number;
  probe: string;
  at: number;
}

/** An engine on a clock of its own; a server answers at once, or as `answer` says. */
function fleet(
  answer: (server: number, probe: string) => Promise<Outcome> | Outcome,
  other: Partial<EngineParts> = {},
) {
  vi.useFakeTimers({ now: START });
  const asked: Asked[] = [];
  const results: RunResult[] = [];
  const under = { way: new Map<number, number>(), all: 0, most: 0, mostOfOne: 0 };
  const engine = createEngine({
    async ask({ server, probe }) {
      asked.push({ server: server.id, probe: probe.name, at: Date.now() });
      const ofOne = (under.way.get(server.id) ?? 0) + 1;
      under.way.set(server.id, ofOne);
      under.all += 1;
      under.most = Math.max(under.most, under.all);
      under.mostOfOne = Math.max(under.mostOfOne, ofOne);
      const outcome = await answer(server.id, probe.name);
      under.way.set(server.id, (under.way.get(server.id) ?? 1) - 1);
      under.all -= 1;
      return { outcome, memory: undefined };
    },
    latestOf: () => undefined,
    record: (result) => results.push(result),
    onChange: () => {},
    now: () => Date.now(),
    random: () => 0,
    ...other,
  });
  onTestFinished(() => {
    engine.stop();
    vi.useRealTimers();
  });
  return { engine, asked, results, under };
}

/** How late each question of these servers was, in milliseconds after its grid point. */
const lateness = (asked: readonly Asked[], servers: readonly number[], since: number) =>
  asked
    .filter(({ server, at }) => servers.includes(server) && at >= since)
    .map(({ server, at }) => {
      const grid = { intervalMs: INTERVAL_MS, phaseMs: phaseOf(server, INTERVAL_MS) };
      return at - (nextTick(at, grid) - INTERVAL_MS);
    });

describe("an engine with a fleet", () => {
  it("asks healthy servers on time while a hundred are silent, from the first interval after which that is known", async () => {
    const [silent, healthy] = [range(2, 100), range(102, 40)];
    const { engine, asked, results, under } = fleet((server) => (server < 102 ? soon(5_000, silence) : soon(5, ok)));
    engine.reconcile(specsOf([...silent, ...healthy]));
    engine.start();
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    // Before anybody knows who is silent, they may take all places once.
    const early = lateness(asked, healthy, START + 2 * INTERVAL_MS);
    expect(Math.max(...early)).toBeLessThan(INTERVAL_MS);
    const late = lateness(asked, healthy, START + 4 * INTERVAL_MS);
    expect(Math.max(...late)).toBeLessThan(100);
    const runs = results.filter(({ subject, probe }) => subject === 130 && probe === "activity");
    expect(runs.length).toBeGreaterThanOrEqual(11);
    expect(runs.at(-1)?.skipped).toBeLessThanOrEqual(1);
    expect(under).toMatchObject({ mostOfOne: 2 });
    expect(under.most).toBeLessThanOrEqual(64);
    // The silent ones are not forgotten either.
    const last = silent.map((id) => Math.max(...asked.filter(({ server }) => server === id).map(({ at }) => at)));
    expect(Math.min(...last)).toBeGreaterThan(START + 60_000);
  });

  it("asks all of a fleet that has become silent, one after the other, and all of it again when it answers", async () => {
    let away = true;
    const servers = range(2, 80);
    const { engine, asked, results } = fleet(() => (away ? soon(5_000, silence) : soon(5, ok)));
    engine.reconcile(specsOf(servers));
    engine.start();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(new Set(asked.map(({ server, probe }) => `${server}:${probe}`)).size).toBe(320);
    away = false;
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    const well = results.filter(({ outcome }) => outcome.outcome === "ok").map(({ subject }) => subject);
    expect(new Set(well).size).toBe(80);
  });

  it("asks everything at once of a server that is back, and lets one slow answer of a server wait for its turn", async () => {
    let away = true;
    const isAway = (server: number, probe: string) => (server === 2 ? away : probe === "activity");
    const { engine, asked, results } = fleet((server, probe) =>
      isAway(server, probe) ? soon(10, silence) : soon(5, ok),
    );
    engine.reconcile(specsOf([2, 3]));
    engine.start();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    away = false;
    const before = results.length;
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    const back = results.slice(before).filter(({ subject }) => subject === 2);
    const first = Math.min(...back.map(({ startedAt }) => startedAt));
    expect(new Set(back.filter(({ startedAt }) => startedAt < first + 1_000).map(({ probe }) => probe)).size).toBe(4);
    // Backed off: within these 16 minutes, at most every 5.
    const slow = asked.filter(({ server, probe }) => server === 3 && probe === "activity");
    expect(slow.length).toBeLessThan(12);
  });

  it("lets slow questions on connections of their own take no place of the others", async () => {
    const servers = range(2, 100);
    const { engine, asked } = fleet((_, probe) => (probe === "sizes" ? new Promise(() => {}) : soon(5, ok)));
    engine.reconcile(specsOf(servers, [...PROBES, probeOf("sizes", true)]));
    engine.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.filter(({ probe }) => probe === "sizes")).toHaveLength(32);
    expect(Math.max(...lateness(asked, servers, START + INTERVAL_MS))).toBeLessThan(100);
  });

  it("spreads the first questions to many servers over seconds", async () => {
    const { engine, asked } = fleet(() => soon(1, ok));
    engine.reconcile(specsOf(range(2, 500)));
    engine.start();
    await vi.advanceTimersByTimeAsync(10_000);
    const first = new Map<number, number>();
    for (const { server, at } of asked) if (!first.has(server)) first.set(server, at - START);
    expect(first.size).toBe(500);
    for (let from = 0; from < 10_000; from += 100) {
      const within = [...first.values()].filter((at) => at >= from && at < from + 100).length;
      expect(within).toBeLessThanOrEqual(80);
    }
    expect(Math.max(...first.values())).toBeGreaterThan(2_000);
  });

  it("walks through a thousand servers' tasks without looking at each at every turn", async () => {
    const { engine, results } = fleet(() => ok);
    engine.reconcile(
      specsOf(
        range(2, 1_000),
        range(0, 10).map((at) => probeOf(`p${at}`)),
      ),
    );
    engine.start();
    const began = process.cpuUsage();
    await vi.advanceTimersByTimeAsync(9_000);
    const { user } = process.cpuUsage(began);
    expect(results.length).toBeGreaterThan(9_000);
    // Each server has its own wake-up: walks through 10,000 tasks for each of them took minutes.
    expect(user / 1e6).toBeLessThan(15);
  });

  it("goes on with what another instance has asked in this tick at the next one", async () => {
    const { engine, asked } = fleet(() => ok);
    vi.setSystemTime(START + 3_000);
    const [spec] = specsOf([2]);
    if (!spec) throw new Error("no task");
    engine.reconcile([spec], new Map([[spec.key, START]]));
    engine.start();
    await vi.advanceTimersByTimeAsync(40_000);
    const at = asked.map((one) => one.at - START);
    expect(at).toEqual([5_000, 20_000, 35_000]);
  });

  it("asks at once what nobody has asked in this tick, or was asked by a clock that is far off", async () => {
    const { engine, asked } = fleet(() => ok);
    const specs = specsOf([2, 3, 4], PROBES.slice(0, 1));
    const tick = (id: number) =>
      nextTick(START, { intervalMs: INTERVAL_MS, phaseMs: phaseOf(id, INTERVAL_MS) }) - INTERVAL_MS;
    engine.reconcile(
      specs,
      new Map([
        ["2:activity", tick(2) - 5_000],
        ["3:activity", tick(3) + 3_600_000],
      ]),
    );
    engine.start();
    await vi.advanceTimersByTimeAsync(10);
    expect(asked.map(({ server }) => server)).toEqual([2, 3, 4]);
  });

  it("asks nothing and records nothing while it may not, and goes on when it may", async () => {
    let may = true;
    const { engine, asked, results } = fleet(() => soon(2_000, ok), { mayAsk: () => may });
    engine.reconcile(specsOf([2], PROBES.slice(0, 1)));
    engine.start();
    await vi.advanceTimersByTimeAsync(1_000);
    may = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked.length, results.length]).toEqual([1, 0]);
    may = true;
    await vi.advanceTimersByTimeAsync(3_000);
    expect([asked.length, results.length]).toEqual([2, 1]);
  });

  it("asks a server at once when its address has changed", async () => {
    const { engine, asked } = fleet(() => ok);
    const specs = specsOf([2], PROBES.slice(0, 1));
    engine.reconcile(specs);
    engine.start();
    await vi.advanceTimersByTimeAsync(1_000);
    const moved = specs.map((spec) => ({ ...spec, server: { ...spec.server, postgres: { ...address, host: "new" } } }));
    engine.reconcile(moved);
    engine.reconcile(moved.map((spec) => ({ ...spec, server: { ...spec.server, name: "renamed" } })));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(2);
  });

  it("lets what the old address still answers, and how long that was away, count for nothing at the new one", async () => {
    let away = true;
    const { engine, asked, results } = fleet(() => (away ? soon(5_000, silence) : soon(5, ok)));
    const specs = specsOf([2], PROBES.slice(0, 1));
    engine.reconcile(specs);
    engine.start();
    // Long enough for pauses of minutes; it is being asked when somebody corrects the address.
    while (asked.length < 6) await vi.advanceTimersByTimeAsync(100);
    const before = results.length;
    away = false;
    engine.reconcile(
      specs.map((spec) => ({ ...spec, server: { ...spec.server, postgres: { ...address, host: "new" } } })),
    );
    await vi.advanceTimersByTimeAsync(6_000);
    expect(results.slice(before).map(({ outcome }) => outcome.outcome)).toEqual(["ok"]);
  });

  it("lets a machine that answers end no pauses of a PostgreSQL that is away", async () => {
    const storage = { ...probeOf("storage"), facet: "storage" } as unknown as (typeof PROBES)[number];
    const { engine, asked } = fleet((_, probe) => (probe === "storage" ? soon(5, ok) : soon(10, silence)));
    engine.reconcile(specsOf([2], [...PROBES, storage]));
    engine.start();
    await vi.advanceTimersByTimeAsync(20 * 60_000);
    expect(asked.filter(({ probe }) => probe === "storage").length).toBeGreaterThan(70);
    expect(asked.filter(({ probe }) => probe === "activity").length).toBeLessThan(14);
  });
});
