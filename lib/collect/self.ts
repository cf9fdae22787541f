// What Dozor measures of itself: the round trip to its own database, that database's sessions, and its own cost.
import { performance } from "node:perf_hooks";
import { pool } from "../db";
import { selfMetrics } from "../metrics/self";
import { defineProbe, type HostProbe, type Probe, ProbeError, type Reading } from "../probe";
import { ratePerSecond, roundTo } from "../rate";
import { inTheirWords, type Reason } from "../reasons";
import type { TaskSpec } from "./plan";

/** Round trips of which the median is shown. */
const ROUND_TRIPS = 5;

/** A database that takes longer is as good as away; less than the probe's own deadline. */
const PATIENCE_MS = 3_000;

/** The middle value, or the mean of the two in the middle; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
    : (sorted[Math.floor(middle)] ?? Number.NaN);
}

/** Samples on their way, as the recorder counts them. */
export interface SampleCounts {
  /** Those that our database should have by now. */
  delayed: number;
  /** Since the process started. */
  dropped: number;
}

interface Standing {
  latency_ms: number | null;
  db_connections: number | null;
  db_max_connections: number | null;
}

/** What one question gave. */
interface Measured {
  values: Record<string, number | null>;
  dropped: number;
  /** Why our database told nothing. */
  reason?: Reason;
}

/** Asks our own database; keeps the last round trips. */
function createDatabaseQuestion() {
  const roundTrips: number[] = [];
  let asking: Promise<Standing> | undefined;

  async function standing(): Promise<Standing> {
    const started = performance.now();
    await pool().query("SELECT 1");
    roundTrips.push(performance.now() - started);
    if (roundTrips.length > ROUND_TRIPS) roundTrips.shift();
    const { rows } = await pool().query<{ sessions: number; max: number }>(
      `SELECT count(*)::int AS sessions, current_setting('max_connections')::int AS max
       FROM pg_catalog.pg_stat_activity WHERE state IS NOT NULL`,
    );
    return {
      latency_ms: roundTo(median(roundTrips), 2),
      db_connections: rows[0]?.sessions ?? 0,
      db_max_connections: rows[0]?.max ?? null,
    };
  }

  /** @throws when our database does not answer, at once while it has not answered the question before */
  return async function ask(): Promise<Standing> {
    if (asking) throw new ProbeError("timeout", "Dozor's own database has not answered yet");
    asking = standing().finally(() => {
      asking = undefined;
    });
    asking.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new ProbeError("timeout", `Dozor's own database does not answer within ${PATIENCE_MS / 1000} s`);
      timer = setTimeout(() => reject(error), PATIENCE_MS);
    });
    return Promise.race([asking, late]).finally(() => clearTimeout(timer));
  };
}

const UNKNOWN: Standing = { latency_ms: null, db_connections: null, db_max_connections: null };

/** Measures Dozor itself: what it costs and holds is known even while its database is away. */
function createMeasure(counts: () => SampleCounts): () => Promise<Measured> {
  const ask = createDatabaseQuestion();
  let before = { at: performance.now(), cpu: process.cpuUsage() };

  function cost(): { process_cpu_percent: number | null; process_rss_bytes: number } {
    const now = { at: performance.now(), cpu: process.cpuUsage() };
    const elapsed = now.at - before.at;
    const used = (now.cpu.user + now.cpu.system - before.cpu.user - before.cpu.system) / 1000;
    before = now;
    return {
      process_cpu_percent: elapsed > 0 ? roundTo((100 * used) / elapsed, 2) : null,
      process_rss_bytes: process.memoryUsage.rss(),
    };
  }

  return async () => {
    let reason: Reason | undefined;
    const standing = await ask().catch((error) => {
      reason = error instanceof ProbeError ? inTheirWords(error.message) : "Dozor's own database does not answer";
      return UNKNOWN;
    });
    const { delayed, dropped } = counts();
    return { values: { ...standing, ...cost(), samples_waiting: delayed }, dropped, reason };
  };
}

function rowsOf({ values, dropped, reason }: Measured, before: Measured | undefined, elapsedSeconds: number): Reading {
  const lost = {
    samples_dropped: dropped,
    samples_dropped_per_sec: ratePerSecond(dropped, before?.dropped, elapsedSeconds),
  };
  // By the place at which they stand in the latest row.
  const unavailable = Object.fromEntries(
    Object.keys(UNKNOWN).flatMap((name) => (reason ? [[`rows.0.values.${name}`, reason]] : [])),
  );
  return { rows: [{ labels: {}, values: { ...values, ...lost } }], unavailable };
}

/** The question about Dozor itself. @param counts how the recorder stands */
export function createSelfProbe(counts: () => SampleCounts): HostProbe<Measured> {
  return defineProbe<Measured>({
    facet: "host",
    name: "self",
    interval: "sampling_interval_seconds",
    timeoutMs: 5_000,
    labels: [],
    metrics: selfMetrics,
    read: createMeasure(counts),
    rows: rowsOf,
  });
}

/** Id of the subject that stands for Dozor itself; the first migration made it. */
export const SELF_SUBJECT = 1;

/** The task that measures Dozor itself, every `intervalSeconds`. */
export function selfSpec(probe: HostProbe<Measured>, intervalSeconds: number): TaskSpec {
  const server = { id: SELF_SUBJECT, name: "dozor", hostKind: null, postgres: null, ssh: null, intervals: {} };
  return { key: "1:self", server, probe: probe as Probe, live: false, intervalMs: intervalSeconds * 1000, phaseMs: 0 };
}

export type SelfProbe = ReturnType<typeof createSelfProbe>;
