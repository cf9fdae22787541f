// Snapshots of a machine over time, rebuilt from series: /api/history/metrics.
import { hostProbes } from "../host/probes";
import { type Actor, requirePermission } from "../users/permissions";
import { invalid, rangeOf, subjectOf } from "./history";
import { inTurnOf } from "./read-turns";
import type { Aggregate, SnapshotHistory } from "./schema";
import { intervalsOf } from "./series";
import { rawPoints, stepPoints } from "./snapshot-points";

/** `auto` picks among the others. */
export const SNAPSHOT_INTERVALS = ["raw", "5s", "1m", "5m", "1h", "auto"] as const;
export type SnapshotInterval = (typeof SNAPSHOT_INTERVALS)[number];
type FixedInterval = Exclude<SnapshotInterval, "raw" | "auto">;

/** Times in ms since the epoch. */
export interface SnapshotQuestion {
  server: string;
  metricType: string;
  from?: number | undefined;
  to?: number | undefined;
  interval: SnapshotInterval;
  /** 1 to 10000: only the newest points are kept. */
  limit: number;
  /** Default: avg of gauges and rates, last of cumulative values. */
  aggregate?: Aggregate | undefined;
}

/** Seconds of each interval that is a step. */
export const STEP_SECONDS: Record<FixedInterval, number> = { "5s": 5, "1m": 60, "5m": 300, "1h": 3600 };
const FIXED = Object.keys(STEP_SECONDS) as FixedInterval[];
/** `auto` aims at no more points than a screen shows. */
const AUTO_POINTS = 720;

/** Metric types of `/api/history/metrics`, sorted. */
export function snapshotTypes(): string[] {
  return hostProbes.map((probe) => probe.name).sort();
}

/**
 * Snapshots of one metric type, ascending; a step without any sample is no point. Where history is reduced, `interval`
 * names the steps that it is kept in.
 * @throws AppError invalid, naming what is unknown or out of range
 */
export async function snapshotHistory(actor: Actor | null, question: SnapshotQuestion): Promise<SnapshotHistory> {
  requirePermission(actor, "servers:read");
  const probe = hostProbes.find(({ name }) => name === question.metricType);
  if (!probe) throw invalid("metric_type", `One of ${hostProbes.map(({ name }) => name).join(", ")}`);
  const { from, to } = rangeOf(question, Date.now());
  const owner = await subjectOf(actor, question.server);
  const { id: subject } = owner;
  const sampledSeconds = (await intervalsOf(owner))[probe.interval] * (probe.every ?? 1);
  const interval = question.interval === "auto" ? autoInterval((to - from) / 1000, sampledSeconds) : question.interval;
  const source = { subject, probe, from, to, limit: question.limit };
  const { points, truncated, stepSeconds } = await inTurnOf(actor, () =>
    interval === "raw"
      ? rawPoints(source)
      : stepPoints(source, { seconds: STEP_SECONDS[interval], aggregate: question.aggregate }),
  );
  return {
    metric_type: probe.name,
    start_time: new Date(from).toISOString(),
    end_time: new Date(to).toISOString(),
    interval: intervalOf(stepSeconds),
    count: points.length,
    truncated,
    data_points: points,
  };
}

/** The name of the steps that points stand for; `raw` for samples. Pure. */
export function intervalOf(stepSeconds: number): FixedInterval | "raw" {
  return FIXED.find((name) => STEP_SECONDS[name] === stepSeconds) ?? "raw";
}

/** The finest interval that gives at most 720 points of a range, or the coarsest. Pure. */
export function autoInterval(rangeSeconds: number, sampledSeconds: number): FixedInterval | "raw" {
  if (rangeSeconds / sampledSeconds <= AUTO_POINTS) return "raw";
  return FIXED.find((interval) => rangeSeconds / STEP_SECONDS[interval] <= AUTO_POINTS) ?? "1h";
}
