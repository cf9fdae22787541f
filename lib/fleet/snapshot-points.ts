// Points of a machine's snapshots: the newest ones of a range, read backwards in pieces of bounded size.
import { pool } from "../db";
import { type Snapshot, toSnapshot } from "../host/snapshot";
import { metricCatalog } from "../metrics/catalog";
import { findSeries, storedHours, storedSpan } from "../metrics/fetch";
import { readRaw, readSeries } from "../metrics/read";
import type { HostProbe, Row } from "../probe";
import type { Aggregate } from "./schema";

/** What is read: the newest `limit` points of [from, to), in ms since the epoch. */
export interface Source {
  subject: number;
  probe: HostProbe;
  from: number;
  to: number;
  limit: number;
}

export interface Step {
  seconds: number;
  /** Default: avg of gauges and rates, last of cumulative values. */
  aggregate: Aggregate | undefined;
}

export interface Point {
  timestamp: string;
  data: Snapshot;
}

/** Ascending; `truncated` when the range holds more. */
export interface Points {
  points: Point[];
  truncated: boolean;
  /** What a point stands for, seconds: the coarsest where history is reduced; 0 for samples. */
  stepSeconds: number;
}

/** Series at common times in ms, ascending. */
interface Lines {
  times: readonly number[];
  lines: readonly Line[];
}

interface Line {
  metric: string;
  labels: Record<string, string>;
  values: readonly (number | null)[];
}

type Window = readonly [from: number, to: number];

const HOUR_MS = 3_600_000;
/** Points that one piece holds at most. */
const PIECE = 1_000;
/** Series × hours of one piece; the history store refuses 15,000. */
const SERIES_HOURS = 12_000;

/** One point for each time at which something was sampled. */
export async function rawPoints({ subject, probe, from, to, limit }: Source): Promise<Points> {
  const selectors = selectorsOf(probe);
  let points: Point[] = [];
  let stepSeconds = 0;
  for (let end = to; end > from && points.length <= limit; ) {
    const piece = Math.min(PIECE, limit + 1 - points.length);
    const read = await readRaw({ subject, selectors, from, to: end, limit: piece });
    const times = read.ts.map((seconds) => Math.round(seconds * 1000));
    points = [...toPoints(probe, { times, lines: read.series }), ...points];
    stepSeconds = Math.max(stepSeconds, read.stepSeconds);
    end = read.truncated ? (times[0] ?? from) : from;
  }
  return newest(points, limit, stepSeconds);
}

/** One point for each step in which something was sampled; the steps are as long as the coarsest piece that is read needs. */
export async function stepPoints(source: Source, step: Step): Promise<Points> {
  let points: Point[] = [];
  for (const window of await windowsOf(source, step.seconds)) {
    const read = await readWindow(source, window, step);
    if (read.stepSeconds > step.seconds) return stepPoints(source, { ...step, seconds: read.stepSeconds });
    points = [...read.points, ...points];
    if (points.length > source.limit) break;
  }
  return newest(points, source.limit, step.seconds);
}

/** Snapshots at each time at which at least one series has a value. Pure. */
export function toPoints(probe: HostProbe, { times, lines }: Lines): Point[] {
  const things = thingsOf(probe, lines);
  const points: Point[] = [];
  for (const [at, time] of times.entries()) {
    const rows: Row[] = [];
    for (const thing of things) {
      const row = rowAt(thing, at);
      if (row) rows.push(row);
    }
    if (rows.length > 0) points.push({ timestamp: new Date(time).toISOString(), data: toSnapshot(probe, rows) });
  }
  return points;
}

/** What has the same labels: a core, an interface. */
interface Thing {
  labels: Record<string, string>;
  /** By the metric's name without the probe's. */
  values: [name: string, values: Line["values"]][];
}

function thingsOf(probe: HostProbe, lines: readonly Line[]): Thing[] {
  const things = new Map<string, Thing>();
  for (const { metric, labels, values } of lines) {
    const key = JSON.stringify(labels);
    const thing = things.get(key) ?? { labels, values: [] };
    things.set(key, thing);
    thing.values.push([metric.slice(`${probe.name}.`.length), values]);
  }
  return [...things.values()];
}

/** Null where there is no value at all. */
function rowAt({ labels, values }: Thing, at: number): Row | null {
  const row: Row = { labels, values: {} };
  let empty = true;
  for (const [name, { [at]: value = null }] of values) {
    row.values[name] = value;
    if (value !== null) empty = false;
  }
  return empty ? null : row;
}

/** Pieces of the range, the newest first, that may hold samples; their borders are borders of steps. */
async function windowsOf({ subject, probe, from, to }: Source, stepSeconds: number): Promise<Window[]> {
  const hoursOfPiece = (PIECE * stepSeconds) / 3600;
  const series = await findSeries(pool(), subject, selectorsOf(probe));
  if (stepSeconds >= 3600) {
    const [first, end] = await storedSpan(pool(), series);
    return strides(Math.max(from, first), Math.min(to, end), hoursOfPiece * HOUR_MS);
  }
  const hours = await storedHours(pool(), { series, from: Math.floor(from), to: Math.ceil(to) });
  const most = Math.max(1, Math.floor(Math.min(hoursOfPiece, SERIES_HOURS / Math.max(1, series.length))));
  return groupHours(hours, most).map(([first, last]) => [
    Math.max(from, first * HOUR_MS),
    Math.min(to, last * HOUR_MS),
  ]);
}

/** Hours, the latest first, in groups [first, after the last) that span at most `most` hours. Pure. */
export function groupHours(hours: readonly number[], most: number): [first: number, end: number][] {
  const groups: [number, number][] = [];
  for (const hour of hours) {
    const group = groups.at(-1);
    if (group && group[1] - hour <= most) group[0] = hour;
    else groups.push([hour, hour + 1]);
  }
  return groups;
}

function strides(from: number, to: number, length: number): Window[] {
  const windows: Window[] = [];
  for (let end = to; end > from; ) {
    const start = Math.max(from, (Math.ceil(end / length) - 1) * length);
    windows.push([start, end]);
    end = start;
  }
  return windows;
}

async function readWindow(
  { subject, probe }: Source,
  [from, to]: Window,
  step: Step,
): Promise<{ points: Point[]; stepSeconds: number }> {
  const selectors = selectorsOf(probe);
  const { ts, series, stepSeconds } = await readSeries({ subject, selectors, from, to, stepSeconds: step.seconds });
  const lines = series.map((line) => {
    const cumulative = metricCatalog().get(line.metric)?.kind === "counter";
    return { metric: line.metric, labels: line.labels, values: line[step.aggregate ?? (cumulative ? "last" : "avg")] };
  });
  return { points: toPoints(probe, { times: ts.map((seconds) => seconds * 1000), lines }), stepSeconds };
}

/** All metrics of a probe. */
export function selectorsOf(probe: HostProbe): { metric: string }[] {
  return [...metricCatalog().values()].filter((entry) => entry.probe === probe.name).map(({ metric }) => ({ metric }));
}

function newest(points: Point[], limit: number, stepSeconds: number): Points {
  return { points: points.slice(-limit), truncated: points.length > limit, stepSeconds };
}
