// One probe, one subject: asked with a deadline, its outcome told in the same shape whatever it was.
import { performance } from "node:perf_hooks";
import { toSnapshot } from "../host/snapshot";
import { askSql, type Before, nothingToAsk, toReading } from "../postgres/run";
import { type HostProbe, type HostReader, type Outcome, ProbeError, type SqlProbe } from "../probe";
import type { TaskSpec } from "./plan";
import { SELF_SUBJECT } from "./self";
import { openTarget, type Targets } from "./targets";

/** What a task remembers between two runs: the raw reading and its monotonic time in milliseconds. */
export interface Memory {
  value: unknown;
  at: number;
}

interface Answer {
  outcome: Outcome;
  memory: Memory | undefined;
}

/** What probes are asked through. */
export interface Sources {
  host: HostReader;
  targets: Targets;
}

const elapsedSince = (memory: Memory | undefined, now: number) => (memory ? (now - memory.at) / 1000 : 0);

async function askHost(probe: HostProbe, host: HostReader, before: Memory | undefined): Promise<Answer> {
  const raw = await probe.read(host);
  const at = performance.now();
  const reading = probe.rows(raw, before?.value, elapsedSince(before, at));
  return { outcome: { outcome: "ok", reading }, memory: { value: raw, at } };
}

async function askPostgres(task: TaskSpec, targets: Targets, before: Memory | undefined): Promise<Answer> {
  const probe = task.probe as SqlProbe;
  const session = probe.ownConnection ? await openTarget(task.server) : await targets.session(task.server);
  try {
    const reason = nothingToAsk(probe, session.version);
    if (reason) return { outcome: { outcome: "nothing", reason }, memory: undefined };
    const rows = await askSql(probe, session);
    const at = performance.now();
    const { reading, counters } = toReading(probe, rows, {
      before: before?.value as Before["before"],
      elapsedSeconds: elapsedSince(before, at),
    });
    return { outcome: { outcome: "ok", reading }, memory: { value: counters, at } };
  } finally {
    if (probe.ownConnection) await session.close();
  }
}

function failureOf(error: unknown): Outcome {
  if (error instanceof ProbeError) return { outcome: "failed", code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: "failed", code: "internal", message: message.slice(0, 300) };
}

function deadline(timeoutMs: number): { passed: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProbeError("timeout", `No answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  return { passed, clear: () => clearTimeout(timer) };
}

/** Asks the task's probe once. Never throws; after a failure nothing is remembered, so that no rate spans it. */
export async function ask(task: TaskSpec, sources: Sources, before: Memory | undefined): Promise<Answer> {
  const { passed, clear } = deadline(task.probe.timeoutMs);
  const answer =
    task.probe.facet === "host"
      ? askHost(task.probe, sources.host, before)
      : askPostgres(task, sources.targets, before);
  try {
    return await Promise.race([answer, passed]);
  } catch (error) {
    answer.catch(() => {});
    const outcome = failureOf(error);
    const lost = outcome.outcome === "failed" && !["sql", "permission", "parse"].includes(outcome.code);
    if (task.probe.facet === "postgres" && lost) void sources.targets.drop(task.server.id);
    return { outcome, memory: undefined };
  } finally {
    clear();
  }
}

/** What the live path shows of an answer: the host's snapshot, or rows and facts. */
export function latestOf(task: TaskSpec, outcome: Outcome): unknown {
  if (outcome.outcome !== "ok") return undefined;
  const { rows, unavailable = {}, facts = {} } = outcome.reading;
  if (task.probe.facet === "host" && task.server.id !== SELF_SUBJECT)
    return { ...toSnapshot(task.probe, rows, unavailable), unavailable };
  return { rows, facts, unavailable };
}
