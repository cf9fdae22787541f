// Two ranges of a machine's snapshots, laid over each other from their starts, and what changed.
import { hostProbes } from "../host/probes";
import { metricCatalog } from "../metrics/catalog";
import type { ReadResult, Selector } from "../metrics/read";
import { meanOfSum, type RangeSummary, summarise } from "../metrics/summary";
import type { HostProbe } from "../probe";
import { type Actor, requirePermission } from "../users/permissions";
import { readBoth } from "./compare";
import { changePercent, checkedRanges, type Range } from "./compare-ranges";
import { invalid, subjectOf } from "./history";
import { inTurnOf } from "./read-turns";
import type { Aggregate, SnapshotComparison } from "./schema";
import { describeSeries, intervalsOf, refuseTooMuch } from "./series";
import { type Points, rawPoints, selectorsOf, toPoints } from "./snapshot-points";
import { autoInterval, intervalOf, type SnapshotInterval, STEP_SECONDS } from "./snapshots";

export interface SnapshotsCompareQuestion {
  server: string;
  metricType: string;
  /** The current range. */
  a: Range;
  /** What it is compared with; as long as `a`. */
  b: Range;
  interval: SnapshotInterval;
  /** 1 to 10000: of each range only the newest points are kept. */
  limit: number;
  /** Default: avg of gauges and rates, last of cumulative values. */
  aggregate?: Aggregate | undefined;
}

/** By probe: the metrics whose sum, over all devices, is what one looks at first. */
export const PRIMARY: Readonly<Record<string, readonly string[]>> = {
  cpu: ["usage_percent"],
  memory: ["usage_percent"],
  network: ["total_bytes_sent_per_sec", "total_bytes_recv_per_sec"],
  disk: ["read_bytes_per_sec", "write_bytes_per_sec"],
  memory_bandwidth: ["page_io_bytes_per_sec"],
  processes: ["cpu_percent"],
  perf_events: ["per_sec"],
  // Shares of the time in which this or that was waited for: no sum, and none before the others.
  pressure: [],
};

/** By probe: of which series alone. */
const PRIMARY_LABELS: Readonly<Record<string, Record<string, string>>> = { perf_events: { event: "cpu-clock" } };

interface Source {
  subject: number;
  probe: HostProbe;
  selectors: readonly Selector[];
  limit: number;
  aggregate: Aggregate | undefined;
}

type Pair<T> = readonly [a: T, b: T];

/**
 * Snapshots of one metric type in two ranges.
 * @throws AppError bad_request for ranges of unequal lengths; invalid, naming what is unknown or out of range
 */
export async function compareSnapshots(
  actor: Actor | null,
  question: SnapshotsCompareQuestion,
): Promise<SnapshotComparison> {
  requirePermission(actor, "servers:read");
  const probe = hostProbes.find(({ name }) => name === question.metricType);
  if (!probe) throw invalid("metric_type", `One of ${hostProbes.map(({ name }) => name).join(", ")}`);
  const { a, b } = checkedRanges(question);
  const owner = await subjectOf(actor, question.server);
  const { id: subject } = owner;
  const intervals = await intervalsOf(owner);
  const source = { ...question, subject, probe, selectors: selectorsOf(probe), aggregate: question.aggregate };
  const sampledSeconds = intervals[probe.interval] * (probe.every ?? 1);
  const interval =
    question.interval === "auto" ? autoInterval((a.to - a.from) / 1000, sampledSeconds) : question.interval;
  const [points, sums, summary] = await Promise.all([
    inTurnOf(actor, () =>
      interval === "raw" ? rawOf(source, [a, b]) : stepsOf(source, [a, b], STEP_SECONDS[interval]),
    ),
    inTurnOf(actor, () => Promise.all([a, b].map((range) => summarise({ ...source, ...range })))),
    inTurnOf(actor, () => primaryOf(source, [a, b])),
  ]).catch(refuseTooMuch("interval"));
  const [now = [], before = []] = sums;
  const byKey = new Map(before.map((sum) => [keyOf(sum), sum]));
  return {
    metric_type: probe.name,
    interval: points.interval,
    current: toRange(a, points.of[0]),
    comparison: toRange(b, points.of[1]),
    summary,
    series_summary: now.map((sum) => ({
      ...describeSeries(sum, intervals),
      ...changeOf(sum, byKey.get(keyOf(sum)), question.aggregate),
    })),
  };
}

/** Samples, or both ranges in steps where one of them is reduced. */
async function rawOf(source: Source, ranges: Pair<Range>) {
  const of = (range: Range) => rawPoints({ ...source, ...range });
  const both = [await of(ranges[0]), await of(ranges[1])] as const;
  const coarsest = Math.max(...both.map(({ stepSeconds }) => stepSeconds));
  return coarsest > 0 ? stepsOf(source, ranges, coarsest) : { interval: "raw", of: both };
}

async function stepsOf(source: Source, ranges: Pair<Range>, stepSeconds: number) {
  const [a, b] = await readBoth(source, ranges, { stepSeconds });
  return { interval: intervalOf(a.stepSeconds), of: [stepPointsOf(source, a), stepPointsOf(source, b)] as const };
}

function stepPointsOf({ probe, limit, aggregate }: Source, { ts, series, stepSeconds }: ReadResult): Points {
  const lines = series.map((line) => ({ ...line, values: line[aggregateOf(line.metric, aggregate)] }));
  const points = toPoints(probe, { times: ts.map((seconds) => Math.round(seconds * 1000)), lines });
  return { points: points.slice(-limit), truncated: points.length > limit, stepSeconds };
}

async function primaryOf({ subject, probe }: Source, [a, b]: Pair<Range>): Promise<SnapshotComparison["summary"]> {
  const selectors = (PRIMARY[probe.name] ?? []).map((name) => ({
    metric: `${probe.name}.${name}`,
    labels: PRIMARY_LABELS[probe.name] ?? {},
  }));
  const current_avg = await meanOfSum({ subject, selectors, ...a });
  const comparison_avg = await meanOfSum({ subject, selectors, ...b });
  return { current_avg, comparison_avg, change_percent: changePercent(current_avg, comparison_avg) };
}

function changeOf(now: RangeSummary, before: RangeSummary | undefined, asked: Aggregate | undefined) {
  const aggregate = aggregateOf(now.metric, asked);
  const [current, comparison] = [now[aggregate], before?.[aggregate] ?? null];
  return { aggregate, current, comparison, change_percent: changePercent(current, comparison) };
}

const aggregateOf = (metric: string, asked: Aggregate | undefined): Aggregate =>
  asked ?? (metricCatalog().get(metric)?.kind === "counter" ? "last" : "avg");

const keyOf = ({ metric, labels }: RangeSummary) => JSON.stringify([metric, labels]);

function toRange({ from, to }: Range, { points, truncated }: Points): SnapshotComparison["current"] {
  const [start_time, end_time] = [new Date(from).toISOString(), new Date(to).toISOString()];
  return { start_time, end_time, truncated, data_points: points };
}
