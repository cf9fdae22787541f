// Runs tasks when they are due: bounded, each with its own failures, none waiting for another.
import { performance } from "node:perf_hooks";
import { type Outcome, SSH_CODES, troubleOf, UNREACHED } from "../probe";
import type { Memory } from "./ask";
import { createLine, createPlaces } from "./places";
import { isElsewhere, type TaskSpec } from "./plan";
import { entrances, LONGEST_BACKOFF_MS, missedTicks, nextTick, retryAt, stampOf, tickOf, wasAskedIn } from "./schedule";
import type { RunResult } from "./state";
import { createTurns } from "./turns";

/** The clock is looked at at least this often, so that a stepped clock cannot put a task to sleep. */
const LONGEST_SLEEP_MS = 1_000;
/** The wall clock has left the monotonic one by that much: somebody set it. */
const STEP_MS = 250;
/** How soon it is looked again whether asking is allowed. */
const HELD_MS = 100;

/** So many failures in a row, over all its probes, to reach a server: it was away, not one of its answers slow. */
const AWAY = 4;

/** People who are impatient do not ask a target more often than this. */
const LEAST_PAUSE_MS = 1_000;

interface Task {
  spec: TaskSpec;
  /** For its places: the server, and whether it may take minutes. */
  server: number;
  long: boolean;
  dueAt: number;
  running: boolean;
  failures: number;
  skipped: number;
  outcome: Outcome["outcome"] | null;
  /** Of a failure. */
  code: string | null;
  /** When it was asked, and when it answered last. */
  startedAt: number;
  endedAt: number;
  memory: Memory | undefined;
}

const UNASKED = {
  ...{ running: false, failures: 0, skipped: 0, outcome: null, code: null, memory: undefined },
  ...{ startedAt: Number.NEGATIVE_INFINITY, endedAt: Number.NEGATIVE_INFINITY },
} as const;

/** What the engine needs from outside; times in milliseconds since the epoch. */
export interface EngineParts {
  ask(spec: TaskSpec, before: Memory | undefined): Promise<{ outcome: Outcome; memory: Memory | undefined }>;
  latestOf(spec: TaskSpec, outcome: Outcome): unknown;
  record(result: RunResult): void;
  /** Called when a task's outcome, or the code of its failure, differs from its run before (the first run included). */
  onChange(spec: TaskSpec, outcome: Outcome, before: Outcome["outcome"] | null): void;
  /** Whether anything may be asked at this moment; always, without it. */
  mayAsk?(): boolean;
  now(): number;
  random(): number;
}

/** What is asked of a slow server for viewers only rests so much longer than it took: turns are for what is kept. */
const REST = 3;

/** A task that is further from its turn than this has seen the clock step back. */
function longestWait({ failures, spec }: Task): number {
  return failures < 2 ? spec.intervalMs : spec.intervalMs + 1.1 * LONGEST_BACKOFF_MS;
}

/** Another machine, whose probes must not take the places of its PostgreSQL. */
const isMachine = ({ probe, server }: TaskSpec) => probe.facet === "host" && server.hostKind === "ssh";
const isRemote = ({ spec }: Task) => ["postgres", "storage"].includes(spec.probe.facet) || isMachine(spec);
/** Now, or a second after `before` if that is not over. */
const rested = (before: number, now: number): number =>
  Math.abs(now - before) < LEAST_PAUSE_MS ? before + LEAST_PAUSE_MS : now;
const isReached = (outcome: Outcome) => outcome.outcome !== "failed" || !UNREACHED.has(outcome.code);
const isLost = (code: string | null) => code !== null && SSH_CODES.has(code);

/** The engine: holds the tasks and asks them when due. */
export function createEngine(parts: EngineParts) {
  const tasks = new Map<string, Task>();
  const turns = createTurns<Task>();
  const places = createPlaces();
  const line = createLine<Task>();
  /** How often in a row each server was not reached. */
  const inVain = new Map<number, number>();
  const mayAsk = () => parts.mayAsk?.() ?? true;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let clockOffset = parts.now() - performance.now();

  function plan(task: Task, at: number): void {
    task.dueAt = at;
    if (tasks.get(task.spec.key) === task && !line.has(task)) turns.set(task, at);
  }

  function finish(task: Task, run: { startedAt: number; clock: number; outcome: Outcome }): void {
    const { spec } = task;
    const failed = run.outcome.outcome === "failed";
    task.failures = failed ? task.failures + 1 : 0;
    const changed = task.outcome !== run.outcome.outcome;
    const rest = spec.live && spec.probe.facet === "postgres" ? REST * (performance.now() - run.clock) : 0;
    plan(task, retryAt(parts.now() + rest, spec, { failures: task.failures, random: parts.random() }));
    if (tasks.get(spec.key) !== task || !mayAsk()) return;
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
    const code = troubleOf(run.outcome)?.code ?? null;
    if ((changed || code !== task.code) && !spec.live) parts.onChange(spec, run.outcome, task.outcome);
    task.outcome = run.outcome.outcome;
    task.code = code;
  }

  async function run(task: Task): Promise<void> {
    const { spec } = task;
    const leave = isRemote(task) ? places.take(task) : undefined;
    task.running = true;
    const startedAt = parts.now();
    task.startedAt = startedAt;
    const clock = performance.now();
    const { outcome, memory } = await parts.ask(spec, task.memory);
    task.memory = memory;
    task.running = false;
    task.endedAt = parts.now();
    const code = outcome.outcome === "failed" ? outcome.code : null;
    leave?.(isReached(outcome) && !(isMachine(spec) && isLost(code)));
    if (leave && isElsewhere(spec, task.spec)) return askAnew(task);
    const wasLost = isLost(task.code);
    finish(task, { startedAt, clock, outcome });
    if (wasLost && !isLost(code)) askAgain(spec.server.id, isLost);
    // Disks are told by the machine, and while PostgreSQL is away, too.
    if (spec.probe.facet === "postgres" && !task.long) heedReturn(task.server, isReached(outcome));
    if (leave && line.size > 0) wake();
  }

  /** What came from where the server is not any more says nothing of it. */
  function askAnew(task: Task): void {
    task.memory = undefined;
    plan(task, parts.now());
    wake();
  }

  /** A server that is back is asked everything at once that it could not be asked meanwhile. */
  function heedReturn(server: number, reached: boolean): void {
    const before = inVain.get(server) ?? 0;
    if (!reached) {
      inVain.set(server, before + 1);
      return;
    }
    inVain.delete(server);
    if (before >= AWAY) askAgain(server, (code) => code !== null && UNREACHED.has(code));
  }

  function askAgain(server: number, isMeant: (code: string | null) => boolean): void {
    const now = parts.now();
    for (const task of tasks.values())
      if (task.spec.server.id === server && !task.running && isMeant(task.code)) plan(task, Math.min(task.dueAt, now));
    wake();
  }

  function begin(task: Task, now: number): void {
    task.skipped += missedTicks(task.dueAt, now, task.spec);
    plan(task, nextTick(now, task.spec));
    void run(task);
  }

  function serve(task: Task, now: number): void {
    if (task.running) {
      task.skipped += 1;
      plan(task, nextTick(now, task.spec));
    } else if (isRemote(task) && !places.isFree(task)) {
      turns.delete(task);
      line.join(task);
    } else {
      begin(task, now);
    }
  }

  function serveLine(now: number): void {
    for (let task = line.next(places.isFree); task; task = line.next(places.isFree)) begin(task, now);
  }

  /** After somebody set the clock back, tasks would wait for the old time to come again. */
  function heedClock(now: number): void {
    const offset = now - performance.now();
    if (Math.abs(offset - clockOffset) < STEP_MS) return;
    clockOffset = offset;
    for (const task of turns.items()) if (task.dueAt - now > longestWait(task)) plan(task, nextTick(now, task.spec));
  }

  function tick(): void {
    if (stopped) return;
    const now = parts.now();
    heedClock(now);
    const allowed = mayAsk();
    if (allowed) {
      serveLine(now);
      for (let turn = turns.first(); turn && turn.at <= now; turn = turns.first()) serve(turn.item, now);
    }
    const next = allowed
      ? Math.min(turns.first()?.at ?? now + LONGEST_SLEEP_MS, now + LONGEST_SLEEP_MS)
      : now + HELD_MS;
    timer = setTimeout(tick, Math.max(1, next - parts.now()));
  }

  function wake(): void {
    if (!timer || stopped) return;
    clearTimeout(timer);
    timer = setTimeout(tick, 0);
  }

  function forget(task: Task): void {
    tasks.delete(task.spec.key);
    turns.delete(task);
    line.leave(task);
  }

  function update(task: Task, spec: TaskSpec, now: number): void {
    const old = task.spec;
    task.spec = spec;
    if (old.intervalMs !== spec.intervalMs) plan(task, Math.min(task.dueAt, nextTick(now, spec)));
    if (!isElsewhere(old, spec)) return;
    task.failures = 0;
    plan(task, now);
  }

  return {
    /**
     * Makes the tasks match `specs`: new ones run at once, many of them within seconds, gone ones stop, changed intervals
     * count from now, changed addresses are asked at once.
     * @param told when tasks were last asked, by another instance or before a start: their turn comes with the next tick
     */
    reconcile(specs: readonly TaskSpec[], told: ReadonlyMap<string, number> = new Map()): void {
      const now = parts.now();
      const wanted = new Set(specs.map((spec) => spec.key));
      for (const task of tasks.values()) if (!wanted.has(task.spec.key)) forget(task);
      const fresh = specs.filter((spec) => !tasks.has(spec.key));
      for (const spec of specs) {
        const task = tasks.get(spec.key);
        if (task) update(task, spec, now);
      }
      const entersAfter = entrances(fresh.map(({ server }) => server.id));
      for (const spec of fresh) {
        const long = spec.probe.facet === "postgres" && spec.probe.ownConnection === true;
        // A live task goes on from what the scheduled one remembers, so that viewers see rates at once.
        const sibling = spec.live ? tasks.get(spec.key.replace(/:live$/, "")) : undefined;
        const memory = sibling?.memory;
        const task: Task = { ...UNASKED, memory, spec, server: placesOf(spec), long, dueAt: now };
        tasks.set(spec.key, task);
        const isTold = wasAskedIn(told.get(spec.key), tickOf(now, spec), spec);
        const entersAt = now + (entersAfter.get(spec.server.id) ?? 0);
        plan(task, isTold ? nextTick(now, spec) : memory ? rested(sibling?.endedAt ?? now, now) : entersAt);
      }
      const asked = new Set(specs.map(({ server }) => server.id));
      places.retain(new Set(specs.map(placesOf)));
      for (const server of inVain.keys()) if (!asked.has(server)) inVain.delete(server);
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
        if (isMeant(task.spec) && !task.running) plan(task, Math.min(task.dueAt, rested(task.startedAt, now)));
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

/** Whose places it takes: a machine has its own, under the negative number of its server. */
const placesOf = (spec: TaskSpec): number => (isMachine(spec) ? -spec.server.id : spec.server.id);

export type Engine = ReturnType<typeof createEngine>;
