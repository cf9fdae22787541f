// Decides a server's status from how its probes fared: the one place, never by looking for words in a message.
import { type Facet, SSH_CODES, UNREACHED } from "../probe";
import type { ServerStatus, SshStatus } from "./schema";

/** How one probe of a server fared, as the collector wrote it down. Times in ms since the epoch. */
export interface ProbeRun {
  probe: string;
  facet: Facet;
  intervalSeconds: number;
  lastRunAt: number | null;
  nextRunAt: number | null;
  lastSuccessAt: number | null;
  outcome: "ok" | "nothing" | "failed" | null;
  code: string | null;
  message: string | null;
}

export interface StatusInput {
  enabled: boolean;
  hasPostgres: boolean;
  probes: readonly ProbeRun[];
  now: number;
}

/** `reason` and `message` are null for `up` and `paused`; times in ms since the epoch. */
export interface DerivedStatus {
  status: ServerStatus;
  reason: string | null;
  message: string | null;
  checkedAt: number | null;
  lastSuccessAt: number | null;
}

/** The same of the way over SSH. */
export interface DerivedSsh extends Omit<DerivedStatus, "status"> {
  status: SshStatus["status"];
}

type Verdict = Pick<DerivedStatus, "status" | "reason" | "message">;

/** A short interval must not call a busy second stale. */
const LEAST_STALE_MS = 10_000;
const INTERVALS_UNTIL_STALE = 3;

const UP: Verdict = { status: "up", reason: null, message: null };
const NOT_COLLECTED: Verdict = { status: "unknown", reason: "not_collected", message: "Not collected yet" };
const STALE: Verdict = { status: "unknown", reason: "stale", message: "No new values for more than 3 intervals" };

/** Whether something of time `ts` (ms) that comes each `intervalSeconds` is older than 3 intervals (at least 10 s). */
export function isStale(ts: number, intervalSeconds: number, now: number): boolean {
  return now - ts > Math.max(INTERVALS_UNTIL_STALE * intervalSeconds * 1000, LEAST_STALE_MS);
}

/**
 * Status of a server: PostgreSQL decides between up, down and unknown where there is one, the machine where there is
 * none; whatever else fails makes it degraded.
 */
export function deriveStatus(input: StatusInput): DerivedStatus {
  const facet = input.hasPostgres ? "postgres" : "host";
  const main = input.probes.filter((run) => run.facet === facet);
  const others = ["host", "storage"]
    .filter((name) => name !== facet)
    .map((name) => input.probes.filter((run) => run.facet === name))
    .filter((runs) => runs.length > 0);
  const times = {
    checkedAt: newest(main.map((run) => run.lastRunAt)),
    lastSuccessAt: newest(main.map((run) => run.lastSuccessAt)),
  };
  if (!input.enabled) return { status: "paused", reason: null, message: null, ...times };
  const rest = others.map((runs) => judge(runs, input.now));
  const verdict = input.hasPostgres ? judge(main, input.now) : judgeMachine(main, input.now);
  return { ...combine(verdict, rest), ...times };
}

/** Codes by which a machine is not there; one that answers too late still is. */
const MACHINE_AWAY: ReadonlySet<string> = new Set([...SSH_CODES, "unreachable"]);

/** The verdict on a machine that stands for its server: one that tells nothing at all is of no use. */
function judgeMachine(probes: readonly ProbeRun[], now: number): Verdict {
  const verdict = judge(probes, now, MACHINE_AWAY);
  const silent = probes.filter((run) => run.outcome === "nothing");
  if (verdict.status !== "up" || silent.length < probes.length) return verdict;
  return { status: "degraded", reason: "read", message: silent[0]?.message ?? null };
}

/** How the machine is reached over SSH, judged by the probes that go that way; what else is wrong there is not asked. */
export function deriveSsh({ enabled, probes, now }: Pick<StatusInput, "enabled" | "probes" | "now">): DerivedSsh {
  const runs = probes.filter(({ facet }) => facet === "storage" || facet === "host");
  const times = {
    checkedAt: newest(runs.map((run) => run.lastRunAt)),
    lastSuccessAt: newest(runs.map((run) => run.lastSuccessAt)),
  };
  if (!enabled) return { status: "paused", reason: null, message: null, ...times };
  const verdict = judge(runs, now);
  if (verdict.status === "unknown") return { ...verdict, status: "unknown", ...times };
  const lost = runs.filter((run) => run.outcome === "failed" && SSH_CODES.has(run.code ?? ""));
  // Some pause after an older failure.
  const [failed] = lost.toSorted((a, b) => (b.lastRunAt ?? 0) - (a.lastRunAt ?? 0));
  if (!failed) return { status: "up", reason: null, message: null, ...times };
  return { status: "down", reason: failed.code, message: failed.message, ...times };
}

function combine(main: Verdict, others: readonly Verdict[]): Verdict {
  // A machine that was never read yet is no fault of the database beside it.
  const wrong = others.filter((other) => other.status !== "up" && other.reason !== "not_collected");
  // That nobody gets there explains the rest.
  const worst = wrong.find(({ reason }) => SSH_CODES.has(reason ?? "")) ?? wrong[0];
  if (main.status !== "up" || !worst) return main;
  return { ...worst, status: "degraded" };
}

/** The verdict on the probes of one facet, all of which use the same connection. */
function judge(probes: readonly ProbeRun[], now: number, away: ReadonlySet<string> = UNREACHED): Verdict {
  const ran = probes.filter((run) => run.lastRunAt !== null);
  if (ran.length === 0) return NOT_COLLECTED;
  const late = new Set(ran.filter((run) => stoppedAsking(run, now)));
  const frequent = mostFrequent(ran);
  if (frequent.every((run) => late.has(run))) return STALE;
  const failed = ran.filter((run) => run.outcome === "failed" && !late.has(run));
  // Answered, but not everything: a right is missing.
  const lacking = ran.filter((run) => run.outcome === "ok" && run.code !== null && !late.has(run));
  const fresh = frequent.filter((run) => !late.has(run));
  const [first] = fresh;
  if (first && fresh.every((run) => run.outcome === "failed" && away.has(run.code ?? ""))) {
    return { status: "down", reason: first.code, message: first.message };
  }
  const worst = failed.toSorted(byIntervalThenName)[0] ?? lacking.toSorted(byIntervalThenName)[0];
  if (worst) return { status: "degraded", reason: worst.code ?? "internal", message: explain(worst) };
  if (late.size > 0) return { ...STALE, status: "degraded" };
  return UP;
}

// A failing probe is asked ever less often (back-off), so its lateness counts from the time planned for it.
function stoppedAsking(run: ProbeRun, now: number): boolean {
  const since = run.outcome === "failed" ? (run.nextRunAt ?? run.lastRunAt) : (run.lastSuccessAt ?? run.lastRunAt);
  return since !== null && isStale(since, run.intervalSeconds, now);
}

// Slow probes keep an old answer for long: only those asked most often tell whether the connection works now.
function mostFrequent(ran: readonly ProbeRun[]): ProbeRun[] {
  const least = Math.min(...ran.map((run) => run.intervalSeconds));
  return ran.filter((run) => run.intervalSeconds === least).toSorted(byIntervalThenName);
}

function byIntervalThenName(a: ProbeRun, b: ProbeRun): number {
  return a.intervalSeconds - b.intervalSeconds || (a.probe < b.probe ? -1 : 1);
}

function explain(run: ProbeRun): string {
  return run.message ? `${run.probe}: ${run.message}` : `The probe ${run.probe} failed`;
}

function newest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
