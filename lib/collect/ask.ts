// One probe, one subject: asked with a deadline, its outcome told in the same shape whatever it was.
import { performance } from "node:perf_hooks";
import { toSnapshot } from "../host/snapshot";
import type { TargetSession } from "../postgres/connect";
import { sqlStateOf } from "../postgres/failure";
import { askSql, type Before, nothingToAsk, toReading } from "../postgres/run";
import { type HostReader, type Outcome, ProbeError, type SqlProbe, type StorageProbe } from "../probe";
import { askHost, askMachine, deadline } from "./ask-host";
import type { Machines } from "./machines";
import type { CollectedServer, TaskSpec } from "./plan";
import { SELF_SUBJECT } from "./self";
import { askStorage, type KnownPaths, SideError } from "./storage";
import type { Targets } from "./targets";

/** What a task remembers between two runs: the raw reading and its monotonic time in milliseconds. */
export interface Memory {
  value: unknown;
  at: number;
  /** The connection it came over, and the server behind it. */
  session?: TargetSession;
  origin?: string | null;
  /** What a machine was read through. */
  reader?: HostReader;
}

/** What became of a question, and what is remembered of it. */
export interface Answer {
  outcome: Outcome;
  memory: Memory | undefined;
}

/** What probes are asked through. */
export interface Sources {
  host: HostReader;
  targets: Targets;
  machines: Machines;
  /** Is told of a question over a server's shared session, and, by what it returns, of its end. */
  asks?(server: number): () => void;
}

/** Statements that took too long, or waited for a lock: the server says so itself, and takes the next. */
const REFUSED: ReadonlySet<string> = new Set(["57014", "55P03"]);

/** Seconds since what is remembered was read, by the monotonic clock. */
export const elapsedSince = (memory: Memory | undefined, now: number) => (memory ? (now - memory.at) / 1000 : 0);

async function askPostgres(probe: SqlProbe, session: TargetSession, memory: Memory | undefined): Promise<Answer> {
  const reason = nothingToAsk(probe, session.version);
  if (reason) return { outcome: { outcome: "nothing", reason }, memory: undefined };
  const rows = await askSql(probe, session);
  const { origin } = session;
  const at = performance.now();
  // Over a new connection, or through a pooler, another server may answer, whose counters have nothing to do with those before.
  const before = memory?.session === session && memory.origin === origin ? memory : undefined;
  const { reading, counters } = toReading(probe, rows, {
    before: before?.value as Before["before"],
    elapsedSeconds: elapsedSince(before, at),
  });
  return { outcome: { outcome: "ok", reading }, memory: { value: counters, at, session, origin } };
}

function failureOf(error: unknown): Outcome {
  if (error instanceof ProbeError) return { outcome: "failed", code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: "failed", code: "internal", message: message.slice(0, 300).replaceAll("\0", "") };
}

const noAnswer = (ms: number) => new ProbeError("timeout", `No answer within ${ms / 1000} s`);

/**
 * Whether a connection is worth keeping after a failure, and other questions over it: the server answered, it only refused
 * this question, or we could not read its answer.
 */
function answered(error: unknown): boolean {
  if (!(error instanceof ProbeError)) return true;
  return ["sql", "permission", "parse"].includes(error.code) || REFUSED.has(sqlStateOf(error.cause) ?? "");
}

/** Asks where the files of a server are and how full that is. Paths outlive a failure: they are used while PostgreSQL is away. */
async function askFiles(probe: StorageProbe, server: CollectedServer, asking: Asking): Promise<Answer> {
  const { sources, before } = asking;
  const address = JSON.stringify(server.postgres);
  const memory = before?.value as KnownPaths | undefined;
  const known = memory?.address === address ? memory.paths : undefined;
  try {
    const { reading, paths, postgres } = await askStorage(probe, {
      session: () => sources.targets.session(server),
      space: () => sources.machines.space(server),
      remote: server.hostKind === "ssh",
      known,
    });
    if (postgres !== undefined && !answered(postgres)) void sources.targets.drop(server.id, postgres, server);
    return { outcome: { outcome: "ok", reading }, memory: { value: { paths, address }, at: performance.now() } };
  } catch (error) {
    const cause = error instanceof SideError ? error.cause : error;
    if (error instanceof SideError && error.side === "machine") void sources.machines.drop(server.id, cause, server);
    else if (!answered(cause)) void sources.targets.drop(server.id, cause, server);
    return { outcome: failureOf(cause), memory: known && before };
  }
}

interface Asking {
  sources: Sources;
  before: Memory | undefined;
}

async function askShared(probe: SqlProbe, server: CollectedServer, { sources, before }: Asking): Promise<Answer> {
  return askPostgres(probe, await sources.targets.session(server), before);
}

function askBy({ probe, server }: TaskSpec, asking: Asking): Promise<Answer> {
  const { sources, before } = asking;
  switch (probe.facet) {
    case "host":
      if (server.hostKind === "ssh") return askMachine(probe, server, { machines: sources.machines, before });
      return askHost(probe, sources.host, before);
    case "storage":
      return askFiles(probe, server, asking);
    case "cost":
      return Promise.resolve({ outcome: { outcome: "ok", reading: probe.read() }, memory: undefined });
    case "postgres":
      if (!probe.ownConnection) return askShared(probe, server, asking);
      return sources.targets.withOwn(server, (session) => askPostgres(probe, session, before));
  }
}

/** Drops a shared session. @returns why it was lost: questions that waited behind another one only know that it is gone */
async function dropShared(targets: Targets, server: CollectedServer, error: unknown): Promise<unknown> {
  if (error instanceof ProbeError && error.code === "unreachable") await new Promise(setImmediate);
  const first = targets.failure(server.id) ?? error;
  void targets.drop(server.id, first, server);
  return first;
}

/** Asks the task's probe once. Never throws; after a failure nothing is remembered, so that no rate spans it. */
export async function ask(task: TaskSpec, sources: Sources, before: Memory | undefined): Promise<Answer> {
  const { probe, server } = task;
  const { passed, clear } = deadline(probe.timeoutMs, noAnswer);
  const isShared = (probe.facet === "postgres" && !probe.ownConnection) || probe.facet === "storage";
  const ended = isShared ? sources.asks?.(server.id) : undefined;
  const answer = askBy(task, { sources, before });
  try {
    return await Promise.race([answer, passed]);
  } catch (error) {
    answer.catch(() => {});
    if (probe.facet !== "postgres" || answered(error)) return { outcome: failureOf(error), memory: undefined };
    if (probe.ownConnection) void sources.targets.closeOwn(server.id);
    const first = probe.ownConnection ? error : await dropShared(sources.targets, server, error);
    return { outcome: failureOf(first), memory: undefined };
  } finally {
    clear();
    ended?.();
  }
}

/** What the live path shows of an answer: the host's snapshot, or rows and facts. */
export function latestOf(task: TaskSpec, outcome: Outcome): unknown {
  if (outcome.outcome !== "ok") return undefined;
  const { rows, unavailable = {}, facts = {} } = outcome.reading;
  if (task.probe.facet === "host" && task.server.id !== SELF_SUBJECT)
    return { ...toSnapshot(task.probe, rows, unavailable), ...facts, unavailable };
  return { rows, facts, unavailable };
}
