// The series behind a page's charts: begins with what the server read, then takes newer steps and live samples.
import type { QueryResult } from "@/lib/metrics/schema";
import { keyAfter } from "./earlier";
import type { TimeWindow } from "./time-window";

export interface Column {
  unit: string;
  intervalSeconds: number;
  avg: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
}

/** Identifies a series on a page, labels in a fixed order. */
export function seriesKey(metric: string, labels: Record<string, string> = {}): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0
    ? metric
    : `${metric}{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join()}}`;
}

/**
 * Mutable on purpose: a live page changes one number per series and second, and charts read it when they paint.
 * `ts` ascends; every column has one entry per `ts`.
 */
export class ChartData {
  ts: number[] = [];
  stepSeconds = 1;
  columns = new Map<string, Column>();
  from = 0;
  to = 0;
  /** Before it nothing was asked. */
  since = 0;
  /** Seconds from a step of the range before to the one it is laid under; null where none is. */
  shiftSeconds: number | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(initial: QueryResult, window: Pick<TimeWindow, "from" | "to">, shiftSeconds: number | null = null) {
    this.replace(initial, window, shiftSeconds);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Starts anew with another answer. */
  replace(
    result: QueryResult,
    { from, to }: Pick<TimeWindow, "from" | "to">,
    shiftSeconds: number | null = null,
  ): void {
    this.shiftSeconds = shiftSeconds;
    this.ts = [...result.ts];
    this.stepSeconds = result.step_s;
    this.from = from;
    this.to = to;
    this.since = result.since;
    this.columns = new Map(
      result.series.map(({ metric, labels, unit, interval_s, avg, min, max }) => [
        seriesKey(metric, labels),
        { unit, intervalSeconds: interval_s, avg: this.full(avg), min: this.full(min), max: this.full(max) },
      ]),
    );
    this.changed();
  }

  /** Takes the steps of a newer, overlapping answer; its values win. An answer in other steps is left out. */
  merge(result: QueryResult): boolean {
    if (result.step_s !== this.stepSeconds) return false;
    const rows = result.ts.map((time) => this.rowAt(time));
    for (const { metric, labels, unit, interval_s, ...values } of result.series) {
      const column = this.column(seriesKey(metric, labels), unit, interval_s);
      rows.forEach((row, index) => {
        for (const part of ["avg", "min", "max"] as const) column[part][row] = values[part][index] ?? null;
      });
    }
    this.changed();
    return true;
  }

  /** Takes one live sample into its step; of several in one step the newest stays, with their extremes. */
  append(time: number, values: ReadonlyMap<string, number | null>): void {
    const row = this.rowAt(Math.floor(time / this.stepSeconds) * this.stepSeconds);
    for (const [key, value] of values) {
      const column = this.columns.get(key);
      if (!column || value === null) continue;
      column.avg[row] = value;
      column.min[row] = Math.min(value, column.min[row] ?? value);
      column.max[row] = Math.max(value, column.max[row] ?? value);
    }
    this.changed();
  }

  /** Moves the window so that it ends at `to`, and forgets what left it (but one step, which the line enters by). */
  advance(to: number): void {
    this.from += to - this.to;
    this.to = to;
    const gone = this.ts.findIndex((time) => time >= this.from - this.stepSeconds);
    const count = gone < 0 ? this.ts.length : gone;
    if (count > 0) {
      this.ts.splice(0, count);
      for (const column of this.columns.values())
        for (const part of ["avg", "min", "max"] as const) column[part].splice(0, count);
    }
    this.changed();
  }

  /** An answer may leave out aggregates that were not asked for: their arrays are empty. */
  private full(values: readonly (number | null)[]): (number | null)[] {
    return this.ts.map((_, index) => values[index] ?? null);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private column(key: string, unit: string, intervalSeconds: number): Column {
    const empty = () => this.ts.map(() => null);
    const column = this.columns.get(key) ?? { unit, intervalSeconds, avg: empty(), min: empty(), max: empty() };
    column.intervalSeconds = intervalSeconds;
    this.columns.set(key, column);
    return column;
  }

  /** Index of a step, made where it is new. Nearly always the last one. */
  private rowAt(time: number): number {
    let row = this.ts.length;
    while (row > 0 && (this.ts[row - 1] ?? 0) > time) row--;
    if (this.ts[row - 1] === time) return row - 1;
    this.ts.splice(row, 0, time);
    for (const column of this.columns.values())
      for (const part of ["avg", "min", "max"] as const) column[part].splice(row, 0, null);
    if (this.shiftSeconds !== null) this.layUnder(row, this.ts.indexOf(time - this.shiftSeconds));
    return row;
  }

  /** As the window moves on, what leaves it at the left comes under what enters it at the right. */
  private layUnder(row: number, before: number): void {
    for (const [key, column] of this.columns) {
      const own = this.columns.get(keyAfter(key) ?? "");
      if (own) for (const part of ["avg", "min", "max"] as const) column[part][row] = own[part][before] ?? null;
    }
  }
}
