// Runs tasks when they are due: bounded, each with its own failures, none waiting for another.
import { performance } from "node:perf_hooks";
import type { Outcome } from "../probe";
import type { Memory } from "./ask";
import type { TaskSpec } from "./plan";
import { LONGEST_BACKOFF_MS, missedTicks, nextTick, retryAt, stampOf } from "./schedule";
import type { RunResult } from "./state";

/** Questions to servers elsewhere that may be under way at once; this machine's own never wait for their answers. */
const CONCURRENCY = 64;

/** The clock is looked at at least this often, so that a stepped clock cannot put a task to sleep. */
const LONGEST_SLEEP_MS = 1_000;

/** People who are impatient do not ask a target more often than this. */
const LEAST_PAUSE_MS = 1_000;

interface Task {
  spec: TaskSpec;
  dueAt: number;
  running: boolean;
  failures: number;
  skipped: number;
  outcome: Outcome["outcome"] | null;
  /** Of a failure. */
  code: string | null;
  /** When it was asked last. */
  startedAt: number;
  memory: Memory | undefined;
}

const UNASKED = {
  ...{ running: false, failures: 0, skipped: 0, outcome: null, code: null, memory: undefined },
  startedAt: Number.NEGATIVE_INFINITY,
} as const;

/** What the engine needs from outside; times in milliseconds since the epoch. */
export interface EngineParts {
  ask(spec: TaskSpec, before: Memory | undefined): Promise<{ outcome: Outcome; memory: Memory | undefined }>;
  latestOf(spec: TaskSpec, outcome: Outcome): unknown;
  record(result: RunResult): void;
  /** Called when a task's outcome, or the code of its failure, differs from its run before (the first run included). */
  onChange(spec: TaskSpec, outcome: Outcome, before: Outcome["outcome"] | null): void;
  now(): number;
  random(): number;
}

/** A task that is further from its turn than this has seen the clock step back. */
function longestWait({ failures, spec }: Task): number {
  return failures < 2 ? spec.intervalMs : spec.intervalMs + 1.1 * LONGEST_BACKOFF_MS;
}

/** The engine: holds the tasks and asks them when due. */
export function createEngine(parts: EngineParts) {
  const tasks = new Map<string, Task>();
  let timer: NodeJS.Timeout | undefined;
  let running = 0;
  let stopped = false;

  function finish(task: Task, run: { startedAt: number; clock: number; outcome: Outcome }): void {
    const { spec } = task;
    const failed = run.outcome.outcome === "failed";
    task.failures = failed ? task.failures + 1 : 0;
    const changed = task.outcome !== run.outcome.outcome;
    const now = parts.now();
    task.dueAt = retryAt(now, spec, { failures: task.failures, random: parts.random() });
    if (tasks.get(spec.key) !== task) return;
    const shadowed = !spec.live && tasks.has(`${spec.key}:live`);
    parts.record({
      subject: spec.server.id,
      probe: spec.probe.name,
      live: spec.live,
      ts: stampOf(run.startedAt, spec),
      startedAt: run.startedAt,
      durationMs: Math.round((performance.now() - run.clock) * 100) / 100,
      outcome: run.outcome,
      latest: shadowed ? undefined : parts.latestOf(spec, run.outcome),
      failures: task.failures,
      skipped: task.skipped,
      intervalSeconds: spec.intervalMs / 1000,
      nextRunAt: task.dueAt,
      changed,
    });
    const code = run.outcome.outcome === "failed" ? run.outcome.code : null;
    if ((changed || code !== task.code) && !spec.live) parts.onChange(spec, run.outcome, task.outcome);
    task.outcome = run.outcome.outcome;
    task.code = code;
  }

  const isRemote = ({ spec }: Task) => spec.probe.facet === "postgres";
  const mustWait = (task: Task) => isRemote(task) && running >= CONCURRENCY;

  async function run(task: Task): Promise<void> {
    running += isRemote(task) ? 1 : 0;
    task.running = true;
    const startedAt = parts.now();
    task.startedAt = startedAt;
    const clock = performance.now();
    const { outcome, memory } = await parts.ask(task.spec, task.memory);
    task.memory = memory;
    task.running = false;
    if (isRemote(task)) freeSlot();
    finish(task, { startedAt, clock, outcome });
  }

  function freeSlot(): void {
    const wasFull = running >= CONCURRENCY;
    running -= 1;
    if (wasFull) wake();
  }

  function serve(task: Task, now: number): void {
    const { spec } = task;
    if (task.dueAt - now > longestWait(task)) task.dueAt = nextTick(now, spec);
    if (task.dueAt > now) return;
    if (task.running) {
      task.skipped += 1;
      task.dueAt = nextTick(now, spec);
      return;
    }
    if (mustWait(task)) return;
    task.skipped += missedTicks(task.dueAt, now, spec);
    task.dueAt = nextTick(now, spec);
    void run(task);
  }

  function tick(): void {
    if (stopped) return;
    const now = parts.now();
    for (const task of tasks.values()) serve(task, now);
    let next = now + LONGEST_SLEEP_MS;
    for (const task of tasks.values()) if (task.dueAt < next && !mustWait(task)) next = task.dueAt;
    timer = setTimeout(tick, Math.max(1, next - parts.now()));
  }

  function wake(): void {
    if (!timer || stopped) return;
    clearTimeout(timer);
    timer = setTimeout(tick, 0);
  }

  return {
    /** Makes the tasks match `specs`: new ones run at once, gone ones stop, changed intervals count from now. */
    reconcile(specs: readonly TaskSpec[]): void {
      const now = parts.now();
      const wanted = new Set(specs.map((spec) => spec.key));
      for (const key of tasks.keys()) if (!wanted.has(key)) tasks.delete(key);
      for (const spec of specs) {
        const task = tasks.get(spec.key);
        if (!task) {
          tasks.set(spec.key, { ...UNASKED, spec, dueAt: now });
        } else {
          if (task.spec.intervalMs !== spec.intervalMs) task.dueAt = Math.min(task.dueAt, nextTick(now, spec));
          task.spec = spec;
        }
      }
      if (timer) {
        clearTimeout(timer);
        tick();
      }
    },
    /**
     * Asks now, also what pauses after failures; what was asked within the last second when that is over. What runs is let be:
     * its answer is on the way.
     * @param probe its name, or null for all of the subject
     */
    runNow(subject: number, probe: string | null): void {
      const now = parts.now();
      const isMeant = ({ live, server, probe: { name } }: TaskSpec) =>
        !live && server.id === subject && (probe === null || probe === name);
      for (const task of tasks.values()) {
        const isFresh = Math.abs(now - task.startedAt) < LEAST_PAUSE_MS;
        const soonest = isFresh ? task.startedAt + LEAST_PAUSE_MS : now;
        if (isMeant(task.spec) && !task.running) task.dueAt = Math.min(task.dueAt, soonest);
      }
      wake();
    },
    start: tick,
    stop(): void {
      stopped = true;
      clearTimeout(timer);
    },
    size: () => tasks.size,
  };
}

export type Engine = ReturnType<typeof createEngine>;
