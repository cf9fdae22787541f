// How this machine, Dozor's database and Dozor itself are: from what was collected, so that who looks costs nothing.
import { performance } from "node:perf_hooks";
import { pool } from "../db";
import { isStale } from "../fleet/status";
import { log } from "../log";
import { settings } from "../settings/queries";
import { type Actor, requirePermission } from "../users/permissions";
import { evaluateSystem, type SystemValues } from "./evaluate";
import { type Findings, isReady, toReport } from "./report";
import type { Health, SystemMetrics } from "./schema";

/** One collected value with its time (ms) and the interval of its probe; `value` null with a reason where it is missing. */
export interface Collected {
  ts: number;
  intervalSeconds: number;
  value: number | null;
  reason: string | null;
}

/** Metric → where it is collected: kind of the latest row, and the place of value and reason in it. */
const SOURCES: Record<keyof SystemValues, { kind: string; place: string[] }> = {
  cpu_percent: { kind: "cpu", place: ["usage_percent"] },
  ram_percent: { kind: "memory", place: ["usage_percent"] },
  disk_percent: { kind: "disk", place: ["partitions", "/", "usage_percent"] },
  latency_ms: { kind: "self", place: ["rows", "0", "values", "latency_ms"] },
  db_connections: { kind: "self", place: ["rows", "0", "values", "db_connections"] },
  db_max_connections: { kind: "self", place: ["rows", "0", "values", "db_max_connections"] },
};
const METRICS = Object.keys(SOURCES) as (keyof SystemValues)[];

// Subject 1 is Dozor itself; the machine is the one that Dozor runs on.
const COLLECTED = `
  SELECT wanted.metric, (extract(epoch FROM l.ts) * 1000)::float8 AS ts,
         coalesce(p.interval_seconds, 5) AS interval_seconds,
         (l.data #>> string_to_array(wanted.place, E'\\t'))::float8 AS value,
         l.data->'unavailable'->>replace(wanted.place, E'\\t', '.') AS reason
  FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (metric, kind, place)
  JOIN latest l ON l.kind = wanted.kind AND l.subject = CASE wanted.kind WHEN 'self' THEN 1 ELSE (
    SELECT id FROM servers WHERE host_kind = 'local' ORDER BY name <> 'local', id LIMIT 1) END
  LEFT JOIN probe_state p ON p.subject = l.subject AND p.probe = l.kind`;

/**
 * What the overview's cards show: percent of this machine, milliseconds and sessions of Dozor's own database.
 * @throws AppError when the actor may not read servers
 */
export async function systemMetrics(actor: Actor | null): Promise<SystemMetrics> {
  requirePermission(actor, "servers:read");
  const [collected, { thresholds }] = await Promise.all([readCollected(), settings()]);
  const now = Date.now();
  const judged = METRICS.map((metric) => ({ metric, ...judge(collected.get(metric), now) }));
  const values = Object.fromEntries(judged.map(({ metric, value }) => [metric, value])) as SystemValues;
  return {
    ...values,
    ...evaluateSystem(values, thresholds),
    timestamp: new Date(now).toISOString(),
    unavailable: Object.fromEntries(judged.flatMap(({ metric, reason }) => (reason ? [[metric, reason]] : []))),
  };
}

/** A value that may be shown, or why it may not: a stale one is none. Pure. */
export function judge(collected: Collected | undefined, now: number): { value: number | null; reason: string | null } {
  if (!collected) return { value: null, reason: "Not collected yet" };
  if (isStale(collected.ts, collected.intervalSeconds, now)) {
    const seconds = Math.round((now - collected.ts) / 1000);
    return { value: null, reason: `Not collected for ${seconds} s` };
  }
  if (collected.value !== null) return { value: collected.value, reason: null };
  return { value: null, reason: collected.reason ?? "The machine does not tell it" };
}

async function readCollected(): Promise<Map<string, Collected>> {
  const { rows } = await pool().query<{
    metric: string;
    ts: number;
    interval_seconds: number;
    value: number | null;
    reason: string | null;
  }>(COLLECTED, [
    METRICS,
    METRICS.map((metric) => SOURCES[metric].kind),
    METRICS.map((metric) => SOURCES[metric].place.join("\t")),
  ]);
  return new Map(
    rows.map(({ metric, interval_seconds, ...row }) => [metric, { ...row, intervalSeconds: interval_seconds }]),
  );
}

/** Samples lost in the last 24 hours, as the activity feed tells. @throws AppError when the actor may not read servers */
export async function lostSamples(actor: Actor | null): Promise<number> {
  requirePermission(actor, "servers:read");
  const { rows } = await pool().query<{ lost: number }>(
    `SELECT coalesce(sum((details->>'samples_lost')::float8), 0) AS lost FROM activity_events
     WHERE type = 'samples_lost' AND created_at > now() - interval '24 hours'`,
  );
  return rows[0]?.lost ?? 0;
}

/** A database that takes longer than this to answer is as good as away. */
const DATABASE_TIMEOUT_MS = 2_000;
/** Anyone may ask: many who ask at once cost one question. */
const FRESH_MS = 1_000;

// The oldest head row by its key, set by set: the head itself may hold an hour of many servers.
const FINDINGS = `
  SELECT (SELECT (extract(epoch FROM max(last_run_at)) * 1000)::float8 FROM probe_state) AS last_run_at,
         (SELECT min(interval_seconds) FROM probe_state) AS interval_seconds,
         (SELECT min(head.ts)::float8 FROM series_set s, LATERAL (
            SELECT ts FROM sample_head WHERE set_id = s.id ORDER BY ts LIMIT 1) head) AS oldest_head_at,
         (SELECT count(*)::int FROM servers WHERE enabled AND pg_host IS NOT NULL) AS pools`;

let known: { at: number; report: Promise<Health> } | undefined;

/** The state of this instance and what it stands on, at most 1 s old. Never throws. */
export function health(): Promise<Health> {
  const now = performance.now();
  if (!known || now - known.at > FRESH_MS)
    known = { at: now, report: findOut().then((found) => toReport(found, Date.now())) };
  return known.report;
}

/** Ready to serve: not stopping, the database is migrated and answers, and a collector ticks somewhere. Never throws. */
export async function ready(): Promise<boolean> {
  // Our server says so while it starts and stops; under plain `next start` nobody does.
  const serving = (globalThis as { dozorReady?: boolean }).dozorReady ?? true;
  return serving && isReady(await health());
}

async function findOut(): Promise<Findings | null> {
  const started = performance.now();
  const asking = ask(started);
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), DATABASE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([asking, tooLong]);
  } catch (error) {
    log.debug({ err: error }, "health could not be found out");
    return null;
  } finally {
    asking.catch(() => {});
    clearTimeout(timer);
  }
}

async function ask(started: number): Promise<Findings> {
  await pool().query("SELECT 1");
  const latencyMs = performance.now() - started;
  const { rows } = await pool().query<{
    last_run_at: number | null;
    interval_seconds: number | null;
    oldest_head_at: number | null;
    pools: number;
  }>(FINDINGS);
  const [found] = rows;
  return {
    latencyMs,
    lastRunAt: found?.last_run_at ?? null,
    intervalSeconds: found?.interval_seconds ?? null,
    oldestHeadAt: found?.oldest_head_at ?? null,
    pools: found?.pools ?? 0,
  };
}
