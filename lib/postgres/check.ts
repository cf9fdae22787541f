// Everything that a test tells of a PostgreSQL server, within 10 s whatever the server does.
import { type IntervalSetting, ProbeError, type SqlSession } from "../probe";
import { connectTarget, type TargetOptions, type TargetSession } from "./connect";
import { grantScript, type Privilege, privilegesOf, rightsOf } from "./privileges";
import { postgresProbes, storageProbes } from "./probes";
import { askSql, nothingToAsk, sqlFor, toNumber } from "./run";
import { endsWithin } from "./session";
import type { Verified } from "./sslmode";

/** Seconds between two askings, by the setting that probes name. */
export type CheckIntervals = Readonly<Record<Exclude<IntervalSetting, "sampling_interval_seconds">, number>>;

export interface PostgresCheck {
  success: boolean;
  /** For people; holds no secret. */
  message: string;
  /** A FailureCode; null on success. */
  code: string | null;
  round_trip_ms: number | null;
  version: string | null;
  version_number: number | null;
  in_recovery: boolean | null;
  pooled: boolean;
  connections: { active: number | null; idle: number | null; max: number } | null;
  tls: { protocol: string; cipher: string; verified: Verified } | null;
  privileges: Privilege[];
  probes: { probe: string; ok: boolean; ms: number; reason: string | null }[];
  grant_script: string | null;
  cost: { queries_per_min: number; ms_per_min: number; connections: number } | null;
}

const LIMIT_MS = 10_000;
const LONGEST_VERSION = 64;
/** Of what an int4 or a count of databases is. */
const MOST_COUNTED = 2 ** 31;
/** Closing may have to cancel first. */
const CLOSE_MS = 2_500;

const FACTS = `SELECT pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) AS version,
  pg_catalog.current_setting('server_version_num')::int AS version_number,
  pg_catalog.pg_is_in_recovery() AS in_recovery, pg_catalog.current_setting('max_connections')::int AS max,
  (SELECT pg_catalog.count(*) FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate) AS databases`;

// Without pg_read_all_stats the states of others are NULL, and a number would be wrong.
const SESSIONS = `SELECT pg_catalog.count(*) FILTER (WHERE state = 'active') AS active,
  pg_catalog.count(*) FILTER (WHERE state = 'idle') AS idle
FROM pg_catalog.pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()
HAVING pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')`;

const nothingYet = (): PostgresCheck => ({
  success: false,
  message: "",
  code: null,
  round_trip_ms: null,
  version: null,
  version_number: null,
  in_recovery: null,
  pooled: false,
  connections: null,
  tls: null,
  privileges: [],
  probes: [],
  grant_script: null,
  cost: null,
});

interface Work {
  session: TargetSession;
  intervals: CheckIntervals;
  /** What is known so far. */
  check: PostgresCheck;
  /** Aborted when the time is over: nothing is asked or noted any more. */
  late: AbortSignal;
}

interface Spent {
  queries: number;
  ms: number;
}

/** What `work` sends and waits for. */
async function measured(session: TargetSession, work: () => Promise<unknown>): Promise<Spent> {
  const before = { ...session.spent };
  await work();
  return { queries: session.spent.queries - before.queries, ms: session.spent.ms - before.ms };
}

/** The middle one of three, per message: a question through a pooler takes several. */
async function roundTrip(session: TargetSession): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { queries, ms } = await measured(session, () => session.query("SELECT 1"));
    times.push(ms / queries);
  }
  return times.sort((a, b) => a - b)[1] ?? 0;
}

/** The answer, or null where this server does not give it; a lost connection is thrown. */
async function ifGiven<T>(session: TargetSession, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!session.open) throw error;
    return null;
  }
}

const asProbeError = (error: unknown) =>
  error instanceof ProbeError ? error : new ProbeError("internal", "It failed in an unexpected way", { cause: error });

/** A number of things; null for what is none. */
function count(value: unknown): number | null {
  const number = toNumber(value);
  return number !== null && number >= 0 && number <= MOST_COUNTED ? Math.trunc(number) : null;
}

/** @returns the number of databases */
async function askFacts({ session, check, late }: Work): Promise<number> {
  const [facts = {}] = await session.query(FACTS);
  const max = count(facts.max);
  const connections = (active: unknown, idle: unknown) =>
    max === null ? null : { active: count(active), idle: count(idle), max };
  Object.assign(check, {
    success: true,
    version: String(facts.version).slice(0, LONGEST_VERSION),
    version_number: count(facts.version_number),
    in_recovery: facts.in_recovery === true,
    connections: connections(null, null),
  });
  check.round_trip_ms = await roundTrip(session);
  const sessions = await ifGiven(session, () => session.query(SESSIONS));
  if (!late.aborted) check.connections = connections(sessions?.[0]?.active, sessions?.[0]?.idle);
  return count(facts.databases) ?? 0;
}

async function askRights({ session, check, late }: Work): Promise<void> {
  const rights = await ifGiven(session, () => rightsOf(session, check.in_recovery === true));
  if (!rights || late.aborted) return;
  check.privileges = privilegesOf(rights);
  check.grant_script = grantScript(rights);
}

interface Question {
  name: string;
  perMinute: number;
  ask(session: SqlSession): Promise<unknown>;
}

/** All that is asked of that version on the shared connection, the frequent ones first. */
function questionsFor(version: number, intervals: CheckIntervals): Question[] {
  const perMinute = (probe: { interval: IntervalSetting; every?: number }) => {
    const seconds =
      probe.interval === "sampling_interval_seconds" ? Number.POSITIVE_INFINITY : intervals[probe.interval];
    return 60 / (seconds * (probe.every ?? 1));
  };
  const asked = postgresProbes.filter((probe) => !probe.ownConnection && nothingToAsk(probe, version) === null);
  const places = storageProbes.filter((probe) => nothingToAsk(probe, version) === null);
  return [
    ...asked.map((probe) => ({
      name: probe.name,
      perMinute: perMinute(probe),
      ask: (session: SqlSession) => askSql(probe, session),
    })),
    ...places.map((probe) => ({
      name: probe.name,
      perMinute: perMinute(probe),
      ask: (session: SqlSession) => session.query(sqlFor(probe, version)[0] ?? ""),
    })),
  ].sort((a, b) => b.perMinute - a.perMinute);
}

/** Asks each question once for whether it works. */
async function tryQuestions({ session, check, late }: Work, questions: readonly Question[]): Promise<void> {
  for (const { name, ask } of questions) {
    if (late.aborted) return;
    const started = performance.now();
    const failure = await ask(session).then(
      () => null,
      (error: unknown) => asProbeError(error),
    );
    if (late.aborted) return;
    check.probes.push({ probe: name, ok: !failure, ms: performance.now() - started, reason: failure?.message ?? null });
    if (failure && !session.open) throw failure;
  }
}

/** Asks once more for what it costs: statements are parsed and settings known by now, as they are from the second turn on. */
async function askCost(
  { session, intervals, check, late }: Work,
  { questions, databases }: { questions: readonly Question[]; databases: number },
): Promise<void> {
  const total: Spent = { queries: 0, ms: 0 };
  for (const { perMinute, ask } of questions) {
    const spent = await measured(session, () => ask(session).catch(() => {}));
    if (late.aborted) return;
    total.queries += spent.queries * perMinute;
    total.ms += spent.ms * perMinute;
  }
  // Sizes may take minutes to ask: a connection, its limit, the list and a statement for each database, at a round trip each.
  const sizes = ((3 + databases) * (session.pooled ? 3 : 1) * 60) / intervals.size_update_interval;
  total.queries += sizes;
  total.ms += sizes * (check.round_trip_ms ?? 0);
  check.cost = { queries_per_min: total.queries, ms_per_min: total.ms, connections: 1 };
}

async function askEverything(work: Work): Promise<void> {
  const databases = await askFacts(work);
  if (work.late.aborted) return;
  await askRights(work);
  const questions = questionsFor(work.session.version, work.intervals);
  await tryQuestions(work, questions);
  if (!work.late.aborted) await askCost(work, { questions, databases });
}

function messageOf(check: PostgresCheck, late: boolean): string {
  const failed = check.probes.filter(({ ok }) => !ok).length;
  const superuser = check.privileges.some(({ name }) => name === "superuser");
  const time = check.round_trip_ms === null ? "" : ` in ${check.round_trip_ms.toFixed(1)} ms`;
  return [
    `PostgreSQL ${check.version} answers${time}${check.pooled ? " through a pooler" : ""}`,
    ...(failed > 0 ? [`${failed} of ${check.probes.length} questions failed`] : []),
    ...(late ? [`not everything could be asked within ${LIMIT_MS / 1000} s`] : []),
    ...(superuser ? ["its role is a superuser, which is more than Dozor needs: pg_monitor is enough"] : []),
  ].join("; ");
}

function failed(check: PostgresCheck, error: unknown): PostgresCheck {
  const { code, message } = asProbeError(error);
  return { ...check, success: false, code, message };
}

/**
 * Connects, looks at everything that watching this server needs, and closes again; takes 10 s at most and never throws for
 * a failure of the server.
 */
export async function checkTarget(options: TargetOptions, intervals: CheckIntervals): Promise<PostgresCheck> {
  const started = performance.now();
  const check = nothingYet();
  let session: TargetSession;
  try {
    session = await connectTarget(options);
  } catch (error) {
    return failed(check, error);
  }
  const { tls, pooled } = session;
  check.pooled = pooled;
  check.tls = tls && { protocol: tls.protocol, cipher: tls.cipher, verified: tls.verified };
  const late = new AbortController();
  let failure: unknown;
  const asking = askEverything({ session, intervals, check, late: late.signal }).catch((error: unknown) => {
    failure = error;
  });
  const inTime = await endsWithin(asking, LIMIT_MS - CLOSE_MS - (performance.now() - started));
  late.abort();
  const known = structuredClone(check);
  await session.close();
  if (inTime && failure !== undefined) return failed(known, failure);
  if (!known.success) return failed(known, new ProbeError("timeout", `It did not answer within ${LIMIT_MS / 1000} s`));
  return { ...known, message: messageOf(known, !inTime) };
}
