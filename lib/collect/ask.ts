// One probe, one subject: asked with a deadline, its outcome told in the same shape whatever it was.
import { performance } from "node:perf_hooks";
import { toSnapshot } from "../host/snapshot";
import type { TargetSession } from "../postgres/connect";
import { askSql, type Before, nothingToAsk, toReading } from "../postgres/run";
import { type HostProbe, type HostReader, type Outcome, ProbeError, type SqlProbe } from "../probe";
import type { TaskSpec } from "./plan";
import { SELF_SUBJECT } from "./self";
import { openTarget, type Targets } from "./targets";

/** What a task remembers between two runs: the raw reading and its monotonic time in milliseconds. */
export interface Memory {
  value: unknown;
  at: number;
  /** The connection it came over. */
  session?: TargetSession;
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

async function askPostgres(probe: SqlProbe, session: TargetSession, memory: Memory | undefined): Promise<Answer> {
  const reason = nothingToAsk(probe, session.version);
  if (reason) return { outcome: { outcome: "nothing", reason }, memory: undefined };
  const rows = await askSql(probe, session);
  const at = performance.now();
  // Over a new connection another server may answer, whose counters have nothing to do with those before.
  const before = memory?.session === session ? memory : undefined;
  const { reading, counters } = toReading(probe, rows, {
    before: before?.value as Before["before"],
    elapsedSeconds: elapsedSince(before, at),
  });
  return { outcome: { outcome: "ok", reading }, memory: { value: counters, at, session } };
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

/** Whether the connection behind a failure is worth keeping: the server answered, it only refused this question. */
const answered = (outcome: Outcome) =>
  outcome.outcome === "failed" && ["sql", "permission", "parse"].includes(outcome.code);

interface How {
  before: Memory | undefined;
  /** A connection for this question alone. */
  own: Promise<TargetSession> | undefined;
}

async function askBy({ probe, server }: TaskSpec, sources: Sources, { before, own }: How): Promise<Answer> {
  if (probe.facet === "host") return askHost(probe, sources.host, before);
  if (probe.facet !== "postgres") throw new ProbeError("internal", `${probe.name} is not asked yet`);
  return askPostgres(probe, await (own ?? sources.targets.session(server)), before);
}

/** Asks the task's probe once. Never throws; after a failure nothing is remembered, so that no rate spans it. */
export async function ask(task: TaskSpec, sources: Sources, before: Memory | undefined): Promise<Answer> {
  const { probe, server } = task;
  const { passed, clear } = deadline(probe.timeoutMs);
  const own = probe.facet === "postgres" && probe.ownConnection ? openTarget(server) : undefined;
  const answer = askBy(task, sources, { before, own });
  try {
    return await Promise.race([answer, passed]);
  } catch (error) {
    answer.catch(() => {});
    const outcome = failureOf(error);
    if (probe.facet === "postgres" && !own && !answered(outcome)) void sources.targets.drop(server.id);
    return { outcome, memory: undefined };
  } finally {
    clear();
    own?.then((session) => session.close()).catch(() => {});
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
