// Judges whether Dozor itself is well: its database, its collector, its history. Says nothing that helps an attacker. Pure.
import { VERSION } from "../version";
import type { Health } from "./schema";

type Dependency = Health["dependencies"][number];
type DependencyStatus = Dependency["status"];

/** What was found out about ourselves. Times in ms since the epoch; null: never, or nothing there. */
export interface Findings {
  latencyMs: number;
  lastRunAt: number | null;
  /** Seconds between two runs of the probe that is asked most often. */
  intervalSeconds: number | null;
  oldestHeadAt: number | null;
  pools: number;
}

const SLOW_DATABASE_MS = 500;
/** Three intervals, but no less: a restart must not look like an outage. */
const LEAST_LATE_MS = 30_000;
const COLLECTOR_STOPPED_MS = 5 * 60_000;
/** Hours are sealed 2 minutes after their end; ten minutes later something is wrong. */
const SEALING_LATE_MS = 70 * 60_000;
const ORDER: readonly DependencyStatus[] = ["unhealthy", "degraded", "healthy"];

/** Ready to serve: the database is migrated and answers, and a collector ticks somewhere. Pure. */
export function isReady(report: Health): boolean {
  return report.dependencies.every(({ name, status }) => name === "history" || status !== "unhealthy");
}

/** Judges what was found; null where the database did not answer or is not migrated. Pure but for version and uptime. */
export function toReport(found: Findings | null, now: number): Health {
  const dependencies = found ? [databaseOf(found), collectorOf(found, now), historyOf(found, now)] : AWAY;
  return {
    status: ORDER.find((status) => dependencies.some((one) => one.status === status)) ?? "healthy",
    version: VERSION,
    uptime_seconds: Math.round(process.uptime()),
    timestamp: new Date(now).toISOString(),
    dependencies: [...dependencies],
    pools_count: found?.pools ?? 0,
  };
}

const AWAY: readonly Dependency[] = [
  { name: "database", status: "unhealthy", latency_ms: null, message: "does not answer" },
  { name: "collector", status: "unhealthy", latency_ms: null, message: "not known without the database" },
  { name: "history", status: "unhealthy", latency_ms: null, message: "not known without the database" },
];

function databaseOf({ latencyMs }: Findings): Dependency {
  const slow = latencyMs >= SLOW_DATABASE_MS;
  return {
    name: "database",
    status: slow ? "degraded" : "healthy",
    latency_ms: Math.round(latencyMs * 100) / 100,
    message: slow ? "answers slowly" : "answers",
  };
}

function collectorOf({ lastRunAt, intervalSeconds }: Findings, now: number): Dependency {
  const collector = { name: "collector", latency_ms: null } as const;
  if (lastRunAt === null) return { ...collector, status: "unhealthy", message: "has not run yet" };
  const age = Math.max(0, now - lastRunAt);
  const message = `last run ${Math.round(age / 1000)} s ago`;
  if (age > COLLECTOR_STOPPED_MS) return { ...collector, status: "unhealthy", message };
  const late = age > Math.max(3_000 * (intervalSeconds ?? 0), LEAST_LATE_MS);
  return { ...collector, status: late ? "degraded" : "healthy", message };
}

function historyOf({ oldestHeadAt }: Findings, now: number): Dependency {
  const minutes = oldestHeadAt === null ? 0 : Math.max(0, Math.round((now - oldestHeadAt) / 60_000));
  const late = oldestHeadAt !== null && now - oldestHeadAt > SEALING_LATE_MS;
  return {
    name: "history",
    status: late ? "degraded" : "healthy",
    latency_ms: null,
    message: late ? `${minutes} min of samples wait to be sealed` : "sealed in time",
  };
}
