// Databases of real servers, judged by what the collector stored of them: what autovacuum and Dozor itself do is no use.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startCollector } from "../../lib/collect/index";
import { pool } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { analyseAt } from "../../lib/fleet/analysis";
import type { DatabaseVerdict } from "../../lib/fleet/analysis-schema";
import { writeSamples } from "../../lib/metrics/write";
import type { Row } from "../../lib/probe";
import { systemActor } from "../../lib/users/permissions";
import { useDatabase } from "../support/database";
import { registerServer } from "../support/fleet";
import { startVersion, type VersionServer } from "./support/versions";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CRITERIA = { static_days: 30, inactive_days: 30, low_connections: 2 };
const DATABASES = ["idle", "used", "pooled", "desk"];

useDatabase();
const folder = mkdtempSync(path.join(tmpdir(), "dozor-analysis-"));
const clients: pg.Client[] = [];
let stop = async () => {};

afterAll(async () => {
  await stop();
  await Promise.allSettled(clients.map((client) => client.end()));
  await Promise.all(servers.map(({ server }) => server.stop()));
  rmSync(folder, { recursive: true });
});

interface Watched {
  major: number;
  server: VersionServer;
  id: number;
  /** The tests' own connection, to a database of its own. */
  desk: pg.Client;
}
const servers: Watched[] = [];

async function connect(server: VersionServer, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: `${server.address()}/${database}`, application_name: "till" });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** A server whose autovacuum comes each second, with databases, and a pool of connections that stand idle in one. */
async function watched(major: number): Promise<Watched> {
  const server = await startVersion(major);
  const first = await connect(server, "postgres");
  await first.query("ALTER SYSTEM SET autovacuum_naptime = '1s'");
  await first.query("SELECT pg_reload_conf()");
  for (const name of DATABASES) await first.query(`CREATE DATABASE ${name}`);
  await first.end();
  const [desk, used, ...pooled] = await Promise.all(
    ["desk", "used", "pooled", "pooled", "pooled"].map((database) => connect(server, database)),
  );
  if (!desk || !used) throw new Error("no connection");
  await used.query("CREATE TABLE sales (n int)");
  await used.end();
  // Autovacuum comes to those that somebody has seen.
  await (await connect(server, "idle")).end();
  clients.push(desk, ...pooled);
  const id = await registerServer(`version-${major}`, `${server.address().replace("owner@", "owner:x@")}/postgres`);
  return { major, server, id, desk };
}

const ask = ({ id }: Watched, probe: string) => pool().query("SELECT pg_notify('dozor_run', $1)", [`${id}:${probe}`]);

async function latest({ id }: Watched, probe = "databases"): Promise<{ ts: number; rows: Row[] }> {
  const { rows } = await pool().query("SELECT ts, data FROM latest WHERE subject = $1 AND kind = $2", [id, probe]);
  return { ts: rows[0]?.ts.getTime() ?? 0, rows: rows[0]?.data.rows ?? [] };
}

const valueIn = ({ rows }: { rows: Row[] }, database: string, metric: string) =>
  rows.find(({ labels }) => labels.database === database)?.values[metric];

/** Asks again and again until its readings say so. */
async function reading(one: Watched, check: (now: { rows: Row[] }) => boolean): Promise<void> {
  const asked = async () => {
    await ask(one, "databases");
    return check(await latest(one));
  };
  await vi.waitFor(async () => expect(await asked()).toBe(true), { timeout: 25_000, interval: 300 });
}

/** As if the first reading had been made each hour of the month before. */
async function writePast(one: Watched): Promise<void> {
  const { ts, rows } = await latest(one);
  const kept = (values: Row["values"]) =>
    Object.fromEntries(
      Object.entries(values).filter(([name]) => ["clients", "sessions", "rows_written"].includes(name)),
    );
  const past = rows.map(({ labels, values }) => ({ labels, values: kept(values) }));
  const times = Array.from({ length: 31 * 24 }, (_, hour) => ts - (hour + 1) * HOUR);
  await writeSamples(times.map((time) => ({ subject: one.id, probe: "databases", ts: time, rows: past })));
  await pool().query("UPDATE server_databases SET first_seen_at = to_timestamp($2 / 1000.0) WHERE subject = $1", [
    one.id,
    ts - 31 * DAY,
  ]);
}

async function verdicts(one: Watched): Promise<Map<string, DatabaseVerdict>> {
  const found = await analyseAt(systemActor(), one.id, { by: CRITERIA, now: Date.now() });
  return new Map(found.databases.map((database) => [database.name, database]));
}

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  servers.push(...(await Promise.all([18, 13].map(watched))));
  stop = await startCollector({ exclusive: true });
  for (const one of servers) await reading(one, (now) => valueIn(now, "pooled", "clients") === 3);
  await Promise.all(servers.map(writePast));
});

describe("databases of a real server", () => {
  it.each([0, 1])("are judged by their use, whatever autovacuum and Dozor do", async (index) => {
    const one = servers[index];
    if (!one) throw new Error("no server");
    const counts = one.major >= 14;
    const before = await latest(one);
    const committed = async () =>
      Number(
        (await one.desk.query("SELECT xact_commit FROM pg_stat_database WHERE datname = 'idle'")).rows[0].xact_commit,
      );
    const commits = await committed();
    // Dozor signs in anew, and for sizes besides.
    await one.desk.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dozor'");
    await ask(one, "sizes");
    const visitor = await connect(one.server, "used");
    await visitor.query("INSERT INTO sales VALUES (1)");
    await visitor.end();
    const rose = (now: { rows: Row[] }, database: string, metric: string) =>
      (valueIn(now, database, metric) ?? 0) > (valueIn(before, database, metric) ?? 0);
    await reading(one, (now) => rose(now, "used", "rows_written") && (!counts || rose(now, "postgres", "sessions")));
    await expect.poll(committed, { timeout: 20_000 }).toBeGreaterThan(commits);
    await expect
      .poll(
        async () => {
          await ask(one, "cost");
          return (await latest(one, "cost")).rows.some(({ values }) => values.sessions_opened != null);
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBe(true);
    // As if that had been told some seconds later: what was counted since waits until then.
    await pool().query("UPDATE latest SET ts = now() + interval '20 s' WHERE kind = 'cost'");
    const found = await verdicts(one);
    expect(found.get("idle")).toMatchObject({
      verdict: "inactive",
      estimate: !counts,
      connections: 0,
      last_used_at: null,
    });
    expect(found.get("used")).toMatchObject({ verdict: "active" });
    expect(found.get("pooled")).toMatchObject({ verdict: "static", estimate: !counts, connections: 3 });
    expect(found.get("postgres")).toMatchObject({ verdict: "inactive", estimate: !counts });
    expect(found.get("desk")?.verdict).not.toBe("inactive");
  });
});
