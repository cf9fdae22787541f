// What a database did in a period, in a few numbers. Pure.
import { type ChartData, type Column, seriesKey } from "../charts/chart-data";
import { metricBefore } from "../charts/earlier";
import type { Labels } from "../history/address";
import { asNumber, rowsOf } from "../server/locate";
import type { Probes } from "../server/newest";

/** Null where nothing is known. */
export interface Figures {
  /** Connections in its last step, null where that is old; and their mean. */
  connections: number | null;
  connectionsMean: number | null;
  sizeBytes: number | null;
  /** By how much it grew; negative where it shrank. */
  growthBytes: number | null;
  commitsPerSecond: number | null;
  rollbacksPercent: number | null;
  hitPercent: number | null;
  deadlocks: number | null;
  temporaryBytes: number | null;
}

type Boards = Readonly<Record<string, ChartData>>;

interface Range {
  data: ChartData;
  column: Column;
  /** Indexes of the steps that touch the period. */
  steps: number[];
}

/** @param before of the period before, which must be laid under */
export function figuresOf(
  data: Boards,
  labels: Labels,
  { from, before = false }: { from: number; before?: boolean },
): Figures {
  const range = (query: string, metric: string): Range | null => {
    const own = data[query];
    const key = seriesKey(before ? metricBefore(metric) : metric, labels);
    const column = own?.columns.get(key);
    if (!own || !column) return null;
    const steps = own.ts.flatMap((time, index) => (time + own.stepSeconds > from ? [index] : []));
    return { data: own, column, steps };
  };
  const mean = (metric: string) => meanOf(range("rates", metric));
  const clients = range("main", "databases.clients") ?? range("main", "databases.connections");
  const size = range("sizes", "sizes.size_bytes");
  return {
    connections: recentOf(clients),
    connectionsMean: meanOf(clients),
    sizeBytes: lastOf(size),
    growthBytes: growthOf(size),
    commitsPerSecond: mean("databases.commits_per_sec"),
    rollbacksPercent: share(mean("databases.rollbacks_per_sec"), mean("databases.commits_per_sec")),
    hitPercent: share(mean("databases.blocks_hit_per_sec"), mean("databases.blocks_read_per_sec")),
    deadlocks: countedOf(range("main", "databases.deadlocks")),
    temporaryBytes: amountOf(range("rates", "databases.temp_bytes_per_sec"), from),
  };
}

function known(range: Range | null, values: "avg" | "min" | "max" = "avg"): number[] {
  return (range?.steps ?? []).map((step) => range?.column[values][step] ?? null).filter((value) => value !== null);
}

function meanOf(range: Range | null): number | null {
  const values = known(range);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const lastOf = (range: Range | null): number | null => known(range).at(-1) ?? null;

/** Intervals without a sample after which the newest one says nothing about now, as in charts. */
const STALE = 3;

function recentOf(range: Range | null): number | null {
  const step = range?.steps.findLast((index) => range.column.avg[index] !== null);
  if (!range || step === undefined) return null;
  const { data, column } = range;
  const age = data.to - (data.ts[step] ?? 0);
  return age > STALE * Math.max(data.stepSeconds, column.intervalSeconds) ? null : (column.avg[step] ?? null);
}

/** From the first known value to the last one. */
function growthOf(range: Range | null): number | null {
  const values = known(range);
  const [first, last] = [values[0], values.at(-1)];
  return first === undefined || last === undefined || values.length < 2 ? null : last - first;
}

/**
 * Connections by the newest reading, since a step of a long period is hours long; null where that is old, or of another
 * database. @param main what the page's present and the interval of readings are known by
 */
export function connectionsNow(latest: Probes, labels: Labels, main: ChartData | undefined): number | null {
  const { ts, data } = latest.databases ?? {};
  if (!main || ts === undefined || labels.oid !== undefined) return null;
  const intervals = [...main.columns.values()].map(({ intervalSeconds }) => intervalSeconds);
  if (main.to - Date.parse(ts) / 1_000 > STALE * Math.max(...intervals)) return null;
  const values = rowsOf(data).find((row) => row.labels.database === labels.database)?.values;
  return asNumber(values?.clients) ?? asNumber(values?.connections);
}

/** Percent of `part` in `part` and `rest`. */
function share(part: number | null, rest: number | null): number | null {
  return part === null || rest === null || part + rest <= 0 ? null : (100 * part) / (part + rest);
}

/** How much a counter grew. What it had counted before a reset within a step is lost; after it, it begins at 0. */
function countedOf(range: Range | null): number | null {
  const [first] = known(range, "min");
  if (first === undefined) return null;
  let [sum, before] = [0, first];
  for (const value of known(range, "max")) {
    sum += value >= before ? value - before : value;
    before = value;
  }
  return Math.round(sum);
}

/** What a rate comes to in the steps where it is known. */
function amountOf(range: Range | null, from: number): number | null {
  if (!range || known(range).length === 0) return null;
  const { data, column, steps } = range;
  const { stepSeconds, ts, to } = data;
  return steps.reduce((sum, step) => {
    const start = ts[step] ?? 0;
    const seconds = Math.min(to, start + stepSeconds) - Math.max(from, start);
    return sum + (column.avg[step] ?? 0) * Math.max(0, seconds);
  }, 0);
}
