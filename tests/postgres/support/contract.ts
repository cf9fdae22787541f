// What every probe promises, whatever the version of the server: checked against what it really answers.
import { expect } from "vitest";
import type { PostgresProbe } from "../../../lib/postgres/probe";
import { askSql, type Counters, toReading } from "../../../lib/postgres/run";
import type { Reading, SqlRow, SqlSession } from "../../../lib/probe";

/** A table of a test: the metrics that servers older than a version do not have. */
export const SINCE_14 = ["session_ms", "active_ms", "idle_in_transaction_ms", "sessions"];

/** Columns that the runner understands: labels, facts, the reset mark, a reason, and metrics that are not derived. */
function understood(probe: PostgresProbe): string[] {
  const asked = Object.keys(probe.metrics).filter((name) => !probe.derived?.[name]);
  return [...asked, ...probe.labels, ...(probe.facts ?? []), ...(probe.resetBy ? [probe.resetBy] : [])];
}

/** Expects that the columns are exactly the declared ones, both ways. */
export function expectDeclaredColumns(probe: PostgresProbe, rows: readonly SqlRow[], version: number): void {
  expect(rows.length).toBeGreaterThan(0);
  const absent = probe.name === "databases" && version < 14 ? SINCE_14 : [];
  const expected = understood(probe).filter((name) => !absent.includes(name));
  for (const row of rows) {
    const columns = Object.keys(row).filter((name) => name !== "unavailable");
    expect(columns.toSorted()).toEqual(expected.toSorted());
  }
}

/** Expects that a reading gives declared series only, all of them true numbers. */
export function expectDeclaredSeries(probe: PostgresProbe, reading: Reading): void {
  const declared = new Set(
    Object.entries(probe.metrics).flatMap(([name, { kind, rate, stored }]) => [
      ...(kind === "gauge" || stored ? [name] : []),
      ...(rate ? [rate.name] : []),
    ]),
  );
  for (const { labels, values } of reading.rows) {
    for (const label of Object.keys(labels)) expect(probe.labels).toContain(label);
    for (const [name, value] of Object.entries(values)) {
      expect(declared).toContain(name);
      expect(Number.isFinite(value)).toBe(true);
      if (name !== "certificate_remaining_seconds") expect(value).toBeGreaterThanOrEqual(0);
    }
  }
}

export interface Asked {
  rows: SqlRow[];
  reading: Reading;
  counters: Counters;
}

/** Asks a probe once; rates are those since `before`, as if 10 s had passed. */
export async function askProbe(probe: PostgresProbe, session: SqlSession, before?: Counters): Promise<Asked> {
  const rows = await askSql(probe, session);
  return { rows, ...toReading(probe, rows, { before, elapsedSeconds: 10 }) };
}

/** The value of one series, or undefined. */
export function seriesValue(
  { rows }: Reading,
  metric: string,
  labels: Record<string, string> = {},
): number | null | undefined {
  const wanted = Object.entries(labels);
  return rows.find(
    (row) =>
      row.values[metric] !== undefined &&
      Object.keys(row.labels).length === wanted.length &&
      wanted.every(([label, value]) => row.labels[label] === value),
  )?.values[metric];
}
