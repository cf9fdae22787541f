// The turns of a machine over SSH beside those of its PostgreSQL, on a clock of their own.
import { expect, it, onTestFinished, vi } from "vitest";
import { defineProbe, type Outcome } from "../probe";
import { createEngine } from "./engine";
import type { CollectedServer, TaskSpec } from "./plan";
import { phaseOf } from "./schedule";
import type { RunResult } from "./state";

const INTERVAL_MS = 5_000;
const MINUTE = 60_000;
const server = { id: 2, name: "shop", hostKind: "ssh", postgres: null, ssh: null, intervals: {} } as CollectedServer;
const machine = ["cpu", "memory", "disk", "network"].map((name) =>
  defineProbe({
    ...{ facet: "host", name, interval: "collect_interval", timeoutMs: 5_000, labels: [], metrics: {} },
    ...{ read: async () => ({}), rows: () => ({ rows: [] }) },
  }),
);
const database = ["activity", "databases"].map((name) =>
  defineProbe({
    ...{ facet: "postgres", name, interval: "collect_interval", timeoutMs: 5_000 },
    ...{ labels: [], metrics: {}, sql: { 10: "SELECT 1" } },
  }),
);
const specs: TaskSpec[] = [...machine, ...database].map((probe) => ({
  ...{ key: `2:${probe.name}`, server, probe, live: false },
  ...{ intervalMs: INTERVAL_MS, phaseMs: phaseOf(2, INTERVAL_MS) },
}));

it("a machine that is away delays nothing of its PostgreSQL, and is asked everything at once when it is back", async () => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  let away = true;
  const results: RunResult[] = [];
  const engine = createEngine({
    async ask({ probe }) {
      const lost = probe.facet === "host" && away;
      await new Promise((resolve) => setTimeout(resolve, lost ? 4_900 : 5));
      const outcome: Outcome = lost
        ? { outcome: "failed", code: "ssh_unreachable", message: "away" }
        : { outcome: "ok", reading: { rows: [] } };
      return { outcome, memory: undefined };
    },
    latestOf: () => undefined,
    record: (result) => results.push(result),
    onChange: () => {},
    now: () => Date.now(),
    random: () => 0.5,
  });
  onTestFinished(() => {
    engine.stop();
    vi.useRealTimers();
  });
  const runs = (name: string) => results.filter(({ probe }) => probe === name);
  engine.reconcile(specs);
  engine.start();
  await vi.advanceTimersByTimeAsync(20 * MINUTE);
  for (const { name } of database) {
    expect(runs(name).length).toBeGreaterThanOrEqual(20 * 12 - 1);
    expect(runs(name).at(-1)).toMatchObject({ skipped: 0 });
  }
  // Pauses have grown to five minutes.
  expect(runs("cpu").length).toBeLessThan(14);
  away = false;
  await vi.advanceTimersByTimeAsync(6 * MINUTE);
  const back = machine.map(({ name }) => runs(name).find(({ outcome }) => outcome.outcome === "ok")?.startedAt ?? 0);
  expect(Math.min(...back)).toBeGreaterThan(0);
  expect(Math.max(...back) - Math.min(...back)).toBeLessThan(INTERVAL_MS);
});
