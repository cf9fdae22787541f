import { expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { pool } from "../db";
import { forgetDatabases } from "./forget-databases";
import { readRaw } from "./read";
import { sealHours } from "./seal";
import { forgetPlaces } from "./slots";
import { writeSamples } from "./write";

useDatabase();
const OLD = Date.UTC(2026, 0, 5, 10);
const NEW = Date.UTC(2026, 2, 16, 10);

it("forgets databases of which nothing is stored any more, and gives no place a second time", async () => {
  const subject = await createServerRow("shop");
  const write = (ts: number, databases: [labels: Record<string, string>, value: number][]) =>
    writeSamples([
      {
        ...{ subject, probe: "databases", ts },
        rows: databases.map(([labels, value]) => ({ labels, values: { connections: value, commits_per_sec: value } })),
      },
    ]);
  const named = (database: string, oid?: string) => ({ database, ...(oid && { oid }) });
  const read = async () => {
    const selectors = [{ metric: "databases.connections" }];
    const { series } = await readRaw({ subject, selectors, from: OLD, to: NEW + 1_000_000, limit: 100 });
    return series.map(({ labels, values }) => [labels, values.filter((value) => value !== null)]);
  };
  const listed = async () =>
    (await pool().query("SELECT oid::int FROM server_databases ORDER BY oid")).rows.map(({ oid }) => oid);
  await write(OLD, [
    [named("a", "10"), 10],
    [named("a"), 11],
    [named("b"), 12],
    [named("c"), 13],
  ]);
  await write(NEW, [
    [named("a"), 21],
    [named("c"), 23],
  ]);
  await sealHours(NEW + 86_400_000);
  await pool().query(
    `INSERT INTO server_databases (subject, oid, name, dropped_at) VALUES
       ($1, 10, 'a', '2026-01-20'), ($1, 11, 'a', NULL), ($1, 12, 'b', '2026-01-20'), ($1, 13, 'c', '2026-03-20')`,
    [subject],
  );
  expect(await forgetDatabases()).toBe(0);
  await pool().query("DROP TABLE sample_data_20260105, sample_reduced_20260105, sample_hour_202601");
  expect(await forgetDatabases()).toBe(6);
  expect(await forgetDatabases()).toBe(0);
  expect(await listed()).toEqual([11, 13]);
  forgetPlaces(subject);
  await write(NEW + 1_000, [
    [named("b"), 32],
    [named("d"), 34],
  ]);
  expect(await read()).toEqual([
    [named("a"), [21]],
    [named("c"), [23]],
    [named("b"), [32]],
    [named("d"), [34]],
  ]);
  const { rows } = await pool().query("SELECT min(slot) AS slot FROM series WHERE labels->>'database' IN ('b', 'd')");
  expect(rows[0].slot).toBe(9);
});
