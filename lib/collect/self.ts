// What Dozor measures of itself: the round trip to its own database, that database's sessions, and its own cost.
import { performance } from "node:perf_hooks";
import { pool } from "../db";
import { selfMetrics } from "../metrics/self";
import { defineProbe, ProbeError, type Reading } from "../probe";
import { roundTo } from "../rate";
import type { TaskSpec } from "./plan";

/** Round trips of which the median is shown. */
const ROUND_TRIPS = 5;

/** The middle value, or the mean of the two in the middle; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
    : (sorted[Math.floor(middle)] ?? Number.NaN);
}

/** Measures Dozor itself, one question at a time; keeps the last round trips and the last CPU reading. */
function createMeasure() {
  const roundTrips: number[] = [];
  let before = { at: performance.now(), cpu: process.cpuUsage() };
  let maxConnections: number | null = null;
  let asking = false;

  async function roundTrip(): Promise<void> {
    const started = performance.now();
    await pool().query("SELECT 1");
    roundTrips.push(performance.now() - started);
    if (roundTrips.length > ROUND_TRIPS) roundTrips.shift();
  }

  async function connections(): Promise<number> {
    const { rows } = await pool().query<{ sessions: number; max: number }>(
      `SELECT count(*)::int AS sessions, current_setting('max_connections')::int AS max
       FROM pg_catalog.pg_stat_activity WHERE state IS NOT NULL`,
    );
    maxConnections = rows[0]?.max ?? null;
    return rows[0]?.sessions ?? 0;
  }

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

  async function reading(): Promise<Reading> {
    await roundTrip();
    const sessions = await connections();
    const values = {
      latency_ms: roundTo(median(roundTrips), 2),
      db_connections: sessions,
      db_max_connections: maxConnections,
      ...cost(),
    };
    return { rows: [{ labels: {}, values }] };
  }

  /** @throws when our database does not answer, at once while it has not answered the question before */
  return async function measure(): Promise<Reading> {
    if (asking) throw new ProbeError("timeout", "Dozor's own database has not answered yet");
    asking = true;
    return reading().finally(() => {
      asking = false;
    });
  };
}

const selfProbe = defineProbe<Reading>({
  facet: "host",
  name: "self",
  interval: "sampling_interval_seconds",
  timeoutMs: 5_000,
  labels: [],
  metrics: selfMetrics,
  read: createMeasure(),
  rows: (reading) => reading,
});

/** Id of the subject that stands for Dozor itself; the first migration made it. */
export const SELF_SUBJECT = 1;

/** The task that measures Dozor itself, every `intervalSeconds`. */
export function selfSpec(intervalSeconds: number): TaskSpec {
  const server = { id: SELF_SUBJECT, name: "dozor", hostKind: null, postgres: null };
  return { key: "1:self", server, probe: selfProbe, live: false, intervalMs: intervalSeconds * 1000, phaseMs: 0 };
}
