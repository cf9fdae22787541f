// The last hour of the overview's metrics: what the server read, carried on by what comes in live. Pure.
import type { SystemMetric, SystemMetrics } from "@/lib/health/schema";

/** Equal steps; `ts` is the start of each in seconds since the epoch. */
export interface Hour {
  stepSeconds: number;
  ts: number[];
  values: Record<SystemMetric, (number | null)[]>;
}

/** Number of sparkline points that an hour has at most. */
export const HOUR_POINTS = 120;

/** The window moved on to the newest reading: readings fall into its steps, steps without one are gaps. */
export function extendHour(hour: Hour, readings: readonly SystemMetrics[]): Hour {
  const ts = [...hour.ts];
  const values = mapValues(hour.values, (_metric, row) => [...row]);
  for (const reading of readings) {
    const step = Math.floor(Date.parse(reading.timestamp) / 1_000 / hour.stepSeconds) * hour.stepSeconds;
    const last = ts.at(-1) ?? step - hour.stepSeconds;
    if (step < last) continue;
    // After a long silence the gap alone would fill the window.
    const from = Math.max(last + hour.stepSeconds, step - hour.stepSeconds * (HOUR_POINTS - 1));
    for (let at = from; at <= step; at += hour.stepSeconds) {
      ts.push(at);
      for (const row of Object.values(values)) row.push(null);
    }
    for (const [metric, row] of entries(values)) row[row.length - 1] = reading[metric] ?? row.at(-1) ?? null;
  }
  const surplus = Math.max(0, ts.length - Math.max(HOUR_POINTS, hour.ts.length));
  return { ...hour, ts: ts.slice(surplus), values: mapValues(values, (_metric, row) => row.slice(surplus)) };
}

/** Null where nothing is known. */
export interface Summary {
  min: number;
  max: number;
  average: number;
  /** Last known less first known value. */
  change: number;
}

export function summarize(values: readonly (number | null)[]): Summary | null {
  const known = values.filter((value) => value !== null);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    min: Math.min(...known),
    max: Math.max(...known),
    average: known.reduce((sum, value) => sum + value, 0) / known.length,
    change: last - first,
  };
}

type Rows = Hour["values"];

function entries(values: Rows): [SystemMetric, (number | null)[]][] {
  return Object.entries(values) as [SystemMetric, (number | null)[]][];
}

function mapValues(values: Rows, map: (metric: SystemMetric, row: (number | null)[]) => (number | null)[]): Rows {
  return Object.fromEntries(entries(values).map(([metric, row]) => [metric, map(metric, row)])) as Rows;
}
