// The tables of history as tests see them, and a run of retention held against them.
import { expect } from "vitest";
import { pool } from "../../lib/db";
import { applyRetention, type RetentionPolicy, type RetentionResult } from "../../lib/metrics/retention";
import { tableBytes } from "../../lib/metrics/retention-tables";

/** Names of all partitions. */
export async function historyTables(): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname ~ '^sample_(data|reduced|hour)_[0-9]+$' ORDER BY 1",
  );
  return rows.map(({ name }) => name);
}

/** Nothing is stored afterwards, and no partition is there. */
export async function emptyHistory(): Promise<void> {
  await pool().query("TRUNCATE sample_head, series, series_set CASCADE");
  const tables = await historyTables();
  if (tables.length > 0) await pool().query(`DROP TABLE ${tables.join()}`);
}

const historyBytes = async () => tableBytes(pool(), await historyTables());

/** Foretells, runs, and holds both against the tables; a second run finds nothing to do. */
export async function runAsForetold(policy: RetentionPolicy, now: number): Promise<RetentionResult> {
  const tables = await historyTables();
  const foretold = await applyRetention(policy, now, { dryRun: true });
  expect(await historyTables()).toEqual(tables);
  const before = await historyBytes();
  const result = await applyRetention(policy, now, { dryRun: false });
  expect(result).toEqual(foretold);
  expect(before - (await historyBytes())).toBe(result.freedBytes);
  const again = await applyRetention(policy, now, { dryRun: false });
  expect(again).toEqual({ deletedCount: 0, downsampledCount: 0, freedBytes: 0 });
  return result;
}
