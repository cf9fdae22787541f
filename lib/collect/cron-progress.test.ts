import { expect, it } from "vitest";
import type { Probe } from "../probe";
import { createProgress } from "./cron-progress";
import type { TaskSpec } from "./plan";
import type { RunResult } from "./state";

const rated = { commits: { rate: { name: "commits_per_sec" } } };
const spec = (name: string, { intervalMs = 60_000, live = false, ...probe }: Record<string, unknown> = {}): TaskSpec =>
  ({
    ...{ key: `7:${name}${live ? ":live" : ""}`, live, intervalMs, phaseMs: 0, server: { id: 7 } },
    probe: { name, facet: "postgres", metrics: {}, ...probe } as unknown as Probe,
  }) as TaskSpec;

const answered = (probe: string, more: object = {}): RunResult =>
  ({
    ...{ subject: 7, probe, live: false, startedAt: 0 },
    ...{ outcome: { outcome: "ok", reading: { rows: [{ labels: {}, values: { a: 1, b: null, c: 3 } }] } } },
    ...more,
  }) as unknown as RunResult;

it("waits for a second answer only of what tells more by it", () => {
  const progress = createProgress();
  expect(progress.isDone()).toBe(false);
  progress.plan([spec("databases", { metrics: rated }), spec("sizes"), spec("cpu", { facet: "host" })], new Map(), 0);
  for (const probe of ["databases", "sizes", "cpu"]) progress.count(answered(probe));
  expect(progress.isDone()).toBe(false);
  expect(progress.again(1_000)).toEqual([]);
  expect(progress.again(5_000)).toEqual(["7:databases", "7:cpu"]);
  expect(progress.again(6_000)).toEqual([]);
  for (const probe of ["databases", "cpu"]) progress.count(answered(probe));
  expect(progress.isDone()).toBe(true);
  expect(progress.counts()).toEqual({ runs: 5, failed: 0, samples: 10, servers: 1 });
});

it("asks nobody twice who failed, or had nothing to say", () => {
  const progress = createProgress();
  progress.plan([spec("wal", { metrics: rated }), spec("io", { metrics: rated })], new Map(), 0);
  progress.count(answered("wal", { outcome: { outcome: "failed", code: "refused", message: "" } }));
  progress.count(answered("io", { outcome: { outcome: "nothing", reason: "" } }));
  expect([progress.isDone(), progress.again(60_000)]).toEqual([true, []]);
  expect(progress.counts()).toMatchObject({ runs: 2, failed: 1 });
});

it.each([
  ["never", 60_000, undefined, true],
  ["45 s ago", 60_000, 955_000, true],
  ["just now", 60_000, 990_000, false],
  ["45 s ago, and it is slow", 1_800_000, 955_000, false],
  ["almost as long ago as it should be", 240_000, 785_000, true],
])("decides what is due: asked %s", (_, intervalMs, at, due) => {
  const progress = createProgress();
  const told = new Map(at === undefined ? [] : [["7:wal", at]]);
  const asked = progress.plan([spec("wal", { intervalMs })], told, 1_000_000);
  expect([asked.length, progress.isDone()]).toEqual([due ? 1 : 0, !due]);
});

it("leaves what was not due when it was seen first to the next call, and begins anew with what comes back", () => {
  const progress = createProgress();
  const cpu = spec("cpu", { facet: "host", intervalMs: 5_000 });
  const told = new Map([["7:cpu", 9_000]]);
  expect(progress.plan([cpu, spec("sessions", { live: true })], told, 10_000)).toMatchObject([{ live: true }]);
  expect(progress.plan([cpu], told, 20_000)).toEqual([]);
  expect(progress.isDone()).toBe(true);
  progress.plan([], told, 21_000);
  expect(progress.plan([cpu], told, 22_000)).toEqual([cpu]);
  expect(progress.isDone()).toBe(false);
});

it("passes over what is for viewers, and forgets what is not asked any more", () => {
  const progress = createProgress();
  progress.plan([spec("wal"), spec("wal", { live: true })], new Map(), 0);
  progress.count(answered("wal", { live: true }));
  expect([progress.isDone(), progress.counts().runs]).toEqual([false, 0]);
  progress.plan([], new Map(), 0);
  expect(progress.isDone()).toBe(true);
});
