// Latest values, probe state and runs: one statement each for all that came in together.
import { pool } from "../db";
import { type Outcome, troubleOf } from "../probe";
import { toTable } from "../row-table";

/** What became of one run of one task. Times in milliseconds since the epoch. */
export interface RunResult {
  subject: number;
  probe: string;
  live: boolean;
  /** Time its samples are stored under. */
  ts: number;
  startedAt: number;
  durationMs: number;
  outcome: Outcome;
  /** What the live path shows; absent where a live task shows something newer. */
  latest?: unknown;
  failures: number;
  skipped: number;
  intervalSeconds: number;
  nextRunAt: number;
  /** Whether the outcome differs from the run before, which makes a row in `run`. */
  changed: boolean;
}

const stamp = (ms: number) => new Date(ms).toISOString();
const isFailure = (outcome: Outcome) => outcome.outcome === "failed";

function codeAndMessage(outcome: Outcome): [string | null, string | null] {
  const trouble = troubleOf(outcome);
  if (trouble) return [trouble.code, trouble.message];
  return [null, outcome.outcome === "nothing" ? outcome.reason : null];
}

/** What the live path and /metrics show of a run. */
export type Shown = Pick<RunResult, "subject" | "probe" | "startedAt" | "latest" | "outcome">;

function exposedBy({ outcome }: Shown): string | null {
  const rows = outcome.outcome === "ok" ? outcome.reading.exposed : undefined;
  return rows ? JSON.stringify(toTable(rows)) : null;
}

/** Runs that are kept for an absent database; beyond, the oldest are forgotten. */
const MOST_RUNS = 1_000;
const isRun = ({ live, changed, outcome }: RunResult) => !live && (changed || isFailure(outcome));
const keyOf = ({ subject, probe }: Shown) => `${subject}:${probe}`;

/** Of results in the order of time, those of which something still has to be written: see the functions below. Pure. */
export function stillToTell(results: readonly RunResult[]): RunResult[] {
  const told = new Set<string>();
  let runs = 0;
  const isNew = (what: string) => told.size < told.add(what).size;
  const kept = results.toReversed().filter((result) => {
    const shows = result.latest !== undefined && isNew(`latest:${keyOf(result)}`);
    const states = !result.live && isNew(`state:${keyOf(result)}`);
    const runsToo = isRun(result) && ++runs <= MOST_RUNS;
    return shows || states || runsToo;
  });
  return kept.reverse();
}

/** Overwrites the latest values and tells who listens, in one statement. Subjects that are gone are passed over. */
export function writeLatest(results: readonly Shown[]): Promise<void> {
  return putLatest(results, "UPDATE SET ts = excluded.ts, data = excluded.data, exposed = excluded.exposed");
}

/** The same for values that are not there, and only for them. */
export function restoreLatest(results: readonly Shown[]): Promise<void> {
  return putLatest(results, "NOTHING");
}

async function putLatest(results: readonly Shown[], onConflict: string): Promise<void> {
  const newest = new Map(
    results.filter((result) => result.latest !== undefined).map((result) => [keyOf(result), result]),
  );
  if (newest.size === 0) return;
  const rows = [...newest.values()].sort((a, b) => a.subject - b.subject || (a.probe < b.probe ? -1 : 1));
  await pool().query(
    `WITH written AS (
       INSERT INTO latest (subject, kind, ts, data, exposed)
       SELECT new.* FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::jsonb[], $5::json[])
         AS new (subject, kind, ts, data, exposed)
       JOIN subject ON subject.id = new.subject
       ON CONFLICT (subject, kind) DO ${onConflict}
     )
     SELECT pg_notify('dozor_latest', payload) FROM unnest($6::text[]) AS payload`,
    [
      rows.map((row) => row.subject),
      rows.map((row) => row.probe),
      rows.map((row) => stamp(row.startedAt)),
      rows.map((row) => JSON.stringify(row.latest)),
      rows.map(exposedBy),
      payloads([...newest.keys()]),
    ],
  );
}

/** Joins keys into payloads below the 8,000 bytes that a notification may carry. */
export function payloads(keys: readonly string[]): string[] {
  const joined: string[] = [];
  for (const key of keys) {
    const last = joined.at(-1);
    if (last !== undefined && last.length + key.length < 7_000) joined[joined.length - 1] = `${last},${key}`;
    else joined.push(key);
  }
  return joined;
}

/** Overwrites the state of each probe that ran; a subject that is gone has none. */
export async function writeState(results: readonly RunResult[]): Promise<void> {
  const newest = new Map(
    results.filter((result) => !result.live).map((result) => [`${result.subject}:${result.probe}`, result]),
  );
  if (newest.size === 0) return;
  const rows = [...newest.values()].sort((a, b) => a.subject - b.subject || (a.probe < b.probe ? -1 : 1));
  const told = rows.map((row) => codeAndMessage(row.outcome));
  await pool().query(
    `INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at, duration_ms, outcome, code, message,
                              last_success_at, failures, skipped, next_run_at)
     SELECT new.* FROM unnest($1::int[], $2::text[], $3::float8[], $4::timestamptz[], $5::float8[], $6::text[], $7::text[],
                              $8::text[], $9::timestamptz[], $10::int[], $11::bigint[], $12::timestamptz[]) AS new (subject)
     JOIN subject ON subject.id = new.subject
     ON CONFLICT (subject, probe) DO UPDATE SET
       interval_seconds = excluded.interval_seconds, last_run_at = excluded.last_run_at, duration_ms = excluded.duration_ms,
       outcome = excluded.outcome, code = excluded.code, message = excluded.message,
       last_success_at = coalesce(excluded.last_success_at, probe_state.last_success_at),
       failures = excluded.failures, skipped = excluded.skipped, next_run_at = excluded.next_run_at`,
    [
      rows.map((row) => row.subject),
      rows.map((row) => row.probe),
      rows.map((row) => row.intervalSeconds),
      rows.map((row) => stamp(row.startedAt)),
      rows.map((row) => row.durationMs),
      rows.map((row) => row.outcome.outcome),
      told.map(([code]) => code),
      told.map(([, message]) => message),
      rows.map((row) => (isFailure(row.outcome) ? null : stamp(row.startedAt))),
      rows.map((row) => row.failures),
      rows.map((row) => row.skipped),
      rows.map((row) => stamp(row.nextRunAt)),
    ],
  );
}

/** Keeps failures and changes of outcome. */
export async function writeRuns(results: readonly RunResult[]): Promise<void> {
  const rows = results.filter(isRun);
  if (rows.length === 0) return;
  const told = rows.map((row) => codeAndMessage(row.outcome));
  await pool().query(
    `INSERT INTO run (subject, probe, started_at, duration_ms, outcome, code, message)
     SELECT new.* FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::float8[], $5::text[], $6::text[], $7::text[])
       AS new (subject) JOIN subject ON subject.id = new.subject`,
    [
      rows.map((row) => row.subject),
      rows.map((row) => row.probe),
      rows.map((row) => stamp(row.startedAt)),
      rows.map((row) => row.durationMs),
      rows.map((row) => row.outcome.outcome),
      told.map(([code]) => code),
      told.map(([, message]) => message),
    ],
  );
}
