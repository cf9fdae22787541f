// What every probe promises, whatever the version of the server: checked against what it really answers.
import { expect } from "vitest";
import type { PostgresProbe } from "../../../lib/postgres/probe";
import { askSql, type Counters, toReading } from "../../../lib/postgres/run";
import type { Reading, SqlRow, SqlSession } from "../../../lib/probe";

/** Columns that some versions do not have: the first that has each, or the first that has it no more. */
const SINCE: Readonly<Record<string, Readonly<Record<number, readonly string[]>>>> = {
  databases: { 14: ["session_ms", "active_ms", "idle_in_transaction_ms", "sessions"] },
  replication: {
    11: ["receiver_host", "receiver_port"],
    13: ["lost_slots", "slot_safe_bytes", "slot_wal_status"],
    17: ["slot_inactive_seconds", "slot_inactive_since", "slot_invalidation_reason"],
  },
  checkpoints: {
    17: ["restartpoints_timed", "restartpoints_requested", "restartpoints_done"],
    18: ["done", "slru_bytes"],
  },
};
const UNTIL: typeof SINCE = { checkpoints: { 17: ["backend_bytes", "backend_syncs"] } };

function absentFrom(probe: string, version: number): string[] {
  const since = Object.entries(SINCE[probe] ?? {}).filter(([first]) => version < Number(first));
  const until = Object.entries(UNTIL[probe] ?? {}).filter(([first]) => version >= Number(first));
  return [...since, ...until].flatMap(([, columns]) => columns);
}

/**
 * Columns that the runner understands: labels, facts, the reset mark, what is gathered or only exposed, and metrics that
 * are not derived from others.
 */
function understood(probe: PostgresProbe): string[] {
  const { metrics, derived, totals, labels, facts = [], exposes = [], resetBy, gather } = probe;
  const asked = Object.keys(metrics).filter((name) => !derived?.[name] && !totals?.[name]);
  const others = [...labels, ...facts, ...(resetBy ? [resetBy] : []), ...exposes, ...(gather?.columns ?? [])];
  return [...new Set([...asked, ...others])];
}

/** Expects that the columns are exactly the declared ones, both ways. */
export function expectDeclaredColumns(probe: PostgresProbe, rows: readonly SqlRow[], version: number): void {
  expect(rows.length).toBeGreaterThan(0);
  const absent = absentFrom(probe.name, version);
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
