import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { provideEnv } from "../env";
import { ensureLocalServer } from "../first-start/local-server";
import { databasesOf } from "../fleet/databases";
import { readRaw } from "../metrics/read";
import { systemActor } from "../users/permissions";
import { startCollector } from "./index";

const database = useDatabase();
const folder = mkdtempSync(path.join(tmpdir(), "dozor-inventory-"));
const NAME = `Läden "${process.pid}"`;
const quoted = `"${NAME.replaceAll('"', '""')}"`;
let server = 0;
let stop: () => Promise<void>;

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  await ensureLocalServer(database.url);
  server = (await pool().query("SELECT id FROM servers WHERE name = 'local'")).rows[0].id;
  stop = await startCollector({ exclusive: true });
});
afterAll(async () => {
  await stop();
  await pool().query(`DROP DATABASE IF EXISTS ${quoted}`);
  rmSync(folder, { recursive: true });
});

/** Asks until it is so: who has just been asked waits for a second. */
async function asking(probe: string, check: () => Promise<boolean>): Promise<void> {
  const ask = async () => {
    await pool().query("SELECT pg_notify('dozor_run', $1)", [`${server}:${probe}`]);
    return check();
  };
  await expect.poll(ask, { timeout: 20_000, interval: 250 }).toBe(true);
}
const known = async () => (await databasesOf(systemActor(), server)).filter(({ name }) => name === NAME);
const oidNow = async (): Promise<number> =>
  Number((await pool().query("SELECT oid FROM pg_database WHERE datname = $1", [NAME])).rows[0]?.oid);
async function samples(oid?: number) {
  const labels = { database: NAME, ...(oid !== undefined && { oid: String(oid) }) };
  const selectors = [{ metric: "databases.connections", labels }];
  const read = await readRaw({ subject: server, selectors, from: 0, to: Date.now() + 60_000, limit: 1_000 });
  return read.series.flatMap(({ values }) => read.ts.filter((_, i) => values[i] !== null));
}
const create = () => pool().query(`CREATE DATABASE ${quoted} TEMPLATE template0`);

it("gives a database that was dropped and made again series of its own, and tells of all that happened", async () => {
  await asking("inventory", async () => (await databasesOf(systemActor(), server)).some(({ owner }) => owner !== null));
  await create();
  const first = await oidNow();
  await asking("databases", async () => (await samples()).length >= 2);
  await pool().query(`DROP DATABASE ${quoted}`);
  await create();
  const recreated = Date.now() / 1000;
  const second = await oidNow();
  await asking("databases", async () => (await samples(first)).length > 0 && (await samples()).length > 0);
  // A sample bears the time of its tick: it began a moment before, and up to half a second is rounded.
  expect(Math.max(...(await samples(first)))).toBeLessThan(recreated + 0.501);
  expect(Math.min(...(await samples()))).toBeGreaterThan(recreated - 5);
  await pool().query(`DROP DATABASE ${quoted}`);
  await asking("inventory", async () => (await known()).every(({ exists }) => !exists));
  expect((await known()).map(({ oid, labels }) => ({ oid, labels }))).toEqual([
    { oid: second, labels: { database: NAME } },
    { oid: first, labels: { database: NAME, oid: String(first) } },
  ]);
  const { rows } = await pool().query(
    "SELECT type, (details->>'oid')::float8 AS oid FROM activity_events WHERE details->>'database' = $1 ORDER BY id",
    [NAME],
  );
  expect(rows).toEqual([
    { type: "database_created", oid: first },
    { type: "database_dropped", oid: first },
    { type: "database_created", oid: second },
    { type: "database_dropped", oid: second },
  ]);
}, 60_000);
