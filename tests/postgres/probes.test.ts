import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetSession } from "../../lib/postgres/connect";
import { activity } from "../../lib/postgres/probes/activity";
import { databases } from "../../lib/postgres/probes/databases";
import { postgresProbes } from "../../lib/postgres/probes/index";
import { instance } from "../../lib/postgres/probes/instance";
import { sizes } from "../../lib/postgres/probes/sizes";
import { startTestServer, type TestServer } from "../support/server";
import { askProbe, expectDeclaredColumns, expectDeclaredSeries, seriesValue } from "./support/contract";
import { eventually, targetOf } from "./support/peers";

let server: TestServer;
let admin: pg.Client;
let watcher: TargetSession;
let stranger: TargetSession;
const clients: pg.Client[] = [];

/** A client of the watched server, for the time of one test. */
async function client(database = "shop"): Promise<pg.Client> {
  const opened = new pg.Client({ connectionString: `${server.address}/${database}`, application_name: "till" });
  await opened.connect();
  clients.push(opened);
  return opened;
}

const sessionAs = (user: string) =>
  connectTarget(targetOf(`${server.address}/postgres`, { user, password: "right-horse" }));

beforeAll(async () => {
  server = await startTestServer();
  admin = new pg.Client({ connectionString: `${server.address}/postgres` });
  await admin.connect();
  await admin.query("CREATE ROLE watcher LOGIN PASSWORD 'right-horse' IN ROLE pg_monitor");
  await admin.query("CREATE ROLE stranger LOGIN PASSWORD 'right-horse'");
  await admin.query("CREATE DATABASE shop");
  await admin.query("CREATE DATABASE closed ALLOW_CONNECTIONS false");
  await admin.query(`CREATE DATABASE "a/b 100%"`);
  await admin.query("REVOKE CONNECT ON DATABASE shop FROM PUBLIC");
  watcher = await sessionAs("watcher");
  stranger = await sessionAs("stranger");
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((opened) => opened.end()));
  await eventually(async () => {
    const { rows } = await admin.query(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'till'",
    );
    return rows[0].n === 0;
  });
});
afterAll(async () => {
  await Promise.all([watcher.close(), stranger.close(), admin.end()]);
  await server.stop();
});

describe.each(postgresProbes.map((probe) => [probe.name, probe] as const))("%s", (_, probe) => {
  it("answers the declared columns, both ways, to pg_monitor", async () => {
    const first = await askProbe(probe, watcher);
    expectDeclaredColumns(probe, first.rows, 18);
    expectDeclaredSeries(probe, first.reading);
    const second = await askProbe(probe, watcher, first.counters);
    expectDeclaredSeries(probe, second.reading);
  });

  it("answers a role with nothing as well, and says what it may not see", async () => {
    const first = await askProbe(probe, stranger);
    expectDeclaredColumns(probe, first.rows, 18);
    const { reading } = await askProbe(probe, stranger, first.counters);
    expectDeclaredSeries(probe, reading);
    expect(reading.rows.length).toBeGreaterThan(0);
  });

  it("takes one round trip, sizes one for each database beside", async () => {
    await askProbe(probe, watcher);
    const asked: string[] = [];
    const counting = {
      version: watcher.version,
      query: (sql: string, parameters?: readonly unknown[]) => {
        asked.push(sql);
        return watcher.query(sql, parameters);
      },
    };
    await askProbe(probe, counting);
    asked.length = 0;
    await askProbe(probe, counting);
    expect(asked).toHaveLength(probe === sizes ? 6 : 1);
    await watcher.query("SELECT set_config('statement_timeout', '5000', false)");
  });
});

describe("instance", () => {
  it("knows the server", async () => {
    const { rows } = await admin.query(
      "SELECT current_setting('server_version') AS version, current_setting('data_directory') AS directory",
    );
    const { reading } = await askProbe(instance, watcher);
    expect(reading.facts).toMatchObject({
      version: rows[0].version,
      server_version_num: expect.any(Number),
      started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data_directory: rows[0].directory,
      settings_checksum: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(seriesValue(reading, "in_recovery")).toBe(0);
    expect(seriesValue(reading, "max_connections")).toBe(200);
    expect(reading.unavailable).toEqual({
      certificate_remaining_seconds: "Dozor's connection to this server is not encrypted",
    });
  });

  it("says to a role with nothing that it may not read the data directory", async () => {
    const { reading } = await askProbe(instance, stranger);
    expect(reading.facts?.data_directory).toBeUndefined();
    expect(reading.unavailable?.data_directory).toContain("grant it pg_monitor");
    expect(reading.facts?.settings_checksum).toMatch(/^[0-9a-f]{32}$/);
  });

  it("measures written WAL per second", async () => {
    const { counters } = await askProbe(instance, watcher);
    await admin.query("CREATE TABLE wal AS SELECT repeat('x', 1000) FROM generate_series(1, 1000)");
    const { reading } = await askProbe(instance, watcher, counters);
    expect(seriesValue(reading, "wal_bytes_per_sec")).toBeGreaterThan(50_000);
  });

  it("shows a changed setting by another checksum, also in a session that goes on, and nothing else", async () => {
    const checksum = async (session: TargetSession) =>
      (await askProbe(instance, session)).reading.facts?.settings_checksum;
    const before = await checksum(watcher);
    const another = await sessionAs("watcher");
    expect(await checksum(another)).toBe(before);
    await another.close();
    await admin.query("ALTER SYSTEM SET work_mem = '7MB'");
    await admin.query("SELECT pg_reload_conf()");
    await eventually(async () => (await checksum(watcher)) !== before);
    await admin.query("ALTER SYSTEM RESET work_mem");
    await admin.query("SELECT pg_reload_conf()");
    await eventually(async () => (await checksum(watcher)) === before);
  });
});

describe("activity", () => {
  it("counts sessions by state, database and user, without Dozor's own, and all connections", async () => {
    const idle = await client();
    const open = await client();
    await idle.query("SELECT 1");
    await open.query("BEGIN");
    const { reading } = await askProbe(activity, watcher);
    // The administrator, another role that calls itself `dozor`, and one of ours.
    expect(seriesValue(reading, "sessions", { state: "idle" })).toBe(3);
    expect(seriesValue(reading, "sessions", { state: "idle in transaction" })).toBe(1);
    expect(seriesValue(reading, "sessions", { state: "active" })).toBe(0);
    expect(seriesValue(reading, "database_sessions", { database: "shop" })).toBe(2);
    expect(seriesValue(reading, "database_sessions", { database: "a/b 100%" })).toBe(0);
    expect(seriesValue(reading, "user_sessions", { user: "watcher" })).toBe(0);
    expect(seriesValue(reading, "connections")).toBe(5);
    expect(seriesValue(reading, "connections_percent")).toBe(2.5);
    expect(reading.unavailable).toEqual({});
  });

  it("knows the age of transactions, of idling in them and of statements", async () => {
    const before = (await askProbe(activity, watcher)).reading;
    expect(seriesValue(before, "oldest_transaction_seconds")).toBe(0);
    expect(seriesValue(before, "oldest_idle_in_transaction_seconds")).toBe(0);
    const open = await client();
    await open.query("BEGIN");
    await eventually(async () => {
      const { reading } = await askProbe(activity, watcher);
      return (seriesValue(reading, "oldest_idle_in_transaction_seconds") ?? 0) >= 0.3;
    });
    const sleeping = open.query("SELECT pg_sleep(0.5)");
    await eventually(async () => {
      const { reading } = await askProbe(activity, watcher);
      return (seriesValue(reading, "longest_query_seconds") ?? 0) >= 0.2;
    });
    const { reading } = await askProbe(activity, watcher);
    expect(seriesValue(reading, "oldest_transaction_seconds")).toBeGreaterThanOrEqual(0.3);
    expect(seriesValue(reading, "oldest_idle_in_transaction_seconds")).toBe(0);
    await sleeping;
  });

  it("counts a session that waits for another's lock", async () => {
    const [holder, waiter] = [await client(), await client()];
    await holder.query("CREATE TABLE IF NOT EXISTS counter (n int)");
    await holder.query("BEGIN");
    await holder.query("LOCK TABLE counter");
    expect(seriesValue((await askProbe(activity, watcher)).reading, "blocked_sessions")).toBe(0);
    const blocked = waiter.query("SELECT * FROM counter");
    const reading = await eventually(async () => {
      const asked = await askProbe(activity, watcher);
      return seriesValue(asked.reading, "blocked_sessions") === 1 && asked.reading;
    });
    expect(seriesValue(reading, "active_sessions", { wait_event_type: "Lock" })).toBe(1);
    await holder.query("ROLLBACK");
    await blocked;
  });

  it("tells a role with nothing how many there are, but not what they do, and why", async () => {
    const open = await client();
    await open.query("BEGIN");
    const { reading } = await askProbe(activity, stranger);
    expect(seriesValue(reading, "sessions", { state: "hidden" })).toBe(3);
    expect(seriesValue(reading, "sessions", { state: "idle in transaction" })).toBeUndefined();
    expect(seriesValue(reading, "database_sessions", { database: "shop" })).toBe(1);
    expect(seriesValue(reading, "connections")).toBe(4);
    expect(seriesValue(reading, "oldest_transaction_seconds")).toBeUndefined();
    expect(seriesValue(reading, "blocked_sessions")).toBeUndefined();
    for (const metric of ["oldest_transaction_seconds", "blocked_sessions", "active_sessions"]) {
      expect(reading.unavailable?.[metric]).toContain("grant it pg_monitor");
    }
  });

  it("keeps its labels bounded", async () => {
    const roles = Array.from({ length: 25 }, (_, n) => `crowd_${n}`);
    for (const role of roles) await admin.query(`CREATE ROLE ${role} LOGIN`);
    const { reading } = await askProbe(activity, watcher);
    const users = reading.rows.filter((row) => row.labels.user !== undefined);
    expect(users).toHaveLength(21);
    expect(seriesValue(reading, "user_sessions", { user: "(others)" })).toBe(0);
    for (const role of roles) await admin.query(`DROP ROLE ${role}`);
  });
});

describe("databases", () => {
  it("tells of every database that takes connections, templates aside", async () => {
    const { reading } = await askProbe(databases, watcher);
    const names = reading.rows.map((row) => row.labels.database);
    expect(names.toSorted()).toEqual(["a/b 100%", "dozor_template", "postgres", "shop"]);
  });

  it("turns transactions and rows into rates, and hits into a percentage", async () => {
    const { counters } = await askProbe(databases, watcher);
    const till = await client();
    await till.query("CREATE TABLE sales AS SELECT generate_series(1, 1000) AS n");
    for (let n = 0; n < 20; n++) await till.query("SELECT count(*) FROM sales");
    await till.query("BEGIN");
    await till.query("ROLLBACK");
    await till.end();
    const reading = await eventually(async () => {
      const asked = await askProbe(databases, watcher, counters);
      return (seriesValue(asked.reading, "sessions_per_sec", { database: "shop" }) ?? 0) > 0 && asked.reading;
    });
    const shop = (metric: string) => seriesValue(reading, metric, { database: "shop" });
    expect(shop("commits_per_sec")).toBeGreaterThanOrEqual(2);
    expect(shop("rollbacks_per_sec")).toBeGreaterThanOrEqual(0.1);
    expect(shop("tuples_inserted_per_sec")).toBeGreaterThanOrEqual(100);
    expect(shop("tuples_returned_per_sec")).toBeGreaterThanOrEqual(2000);
    expect(shop("session_ms_per_sec")).toBeGreaterThan(0);
    expect(shop("cache_hit_percent")).toBeGreaterThan(50);
    expect(shop("cache_hit_percent")).toBeLessThanOrEqual(100);
  });

  it("gives no rate in the reading after pg_stat_reset(), and no spike later", async () => {
    const till = await client();
    const before = await askProbe(databases, watcher);
    await till.query("SELECT pg_stat_reset()");
    const after = await askProbe(databases, watcher, before.counters);
    expect(seriesValue(after.reading, "commits_per_sec", { database: "shop" })).toBeUndefined();
    expect(seriesValue(after.reading, "connections", { database: "shop" })).toBe(1);
    const later = await askProbe(databases, watcher, after.counters);
    expect(seriesValue(later.reading, "commits_per_sec", { database: "shop" })).toBeLessThan(5);
  });

  it("measures block times only where the server does", async () => {
    const { rows } = await admin.query("SHOW track_io_timing");
    expect(rows[0].track_io_timing).toBe("on");
    const { counters } = await askProbe(databases, watcher);
    const on = (await askProbe(databases, watcher, counters)).reading;
    expect(seriesValue(on, "block_read_ms_per_sec", { database: "shop" })).toBeGreaterThanOrEqual(0);
    await admin.query("ALTER ROLE watcher SET track_io_timing = off");
    const blind = await sessionAs("watcher").catch(() => undefined);
    await admin.query("ALTER ROLE watcher RESET track_io_timing");
    if (!blind) throw new Error("no session");
    const off = (await askProbe(databases, blind, counters)).reading;
    expect(seriesValue(off, "block_read_ms_per_sec", { database: "shop" })).toBeUndefined();
    expect(off.unavailable?.block_read_ms_per_sec).toContain("track_io_timing is off");
    await blind.close();
  });
});

describe("sizes", () => {
  it("measures each database", async () => {
    const { reading } = await askProbe(sizes, watcher);
    const { rows } = await admin.query("SELECT pg_database_size('shop')::float8 AS size");
    expect(seriesValue(reading, "size_bytes", { database: "shop" })).toBeCloseTo(rows[0].size, -6);
    expect(reading.unavailable).toEqual({});
  });

  it("says for which database the privilege is missing", async () => {
    const { reading } = await askProbe(sizes, stranger);
    expect(seriesValue(reading, "size_bytes", { database: "postgres" })).toBeGreaterThan(1_000_000);
    expect(seriesValue(reading, "size_bytes", { database: "shop" })).toBeUndefined();
    expect(Object.entries(reading.unavailable ?? {})).toEqual([
      ['size_bytes{database="shop"}', expect.stringContaining("grant it pg_monitor, or CONNECT")],
    ]);
  });

  it("goes on when a database is dropped meanwhile", async () => {
    await admin.query("CREATE DATABASE brief");
    const dropping = {
      version: watcher.version,
      async query(sql: string, parameters?: readonly unknown[]) {
        const rows = await watcher.query(sql, parameters);
        if (sql.includes("datname")) await admin.query("DROP DATABASE IF EXISTS brief");
        return rows;
      },
    };
    const { reading } = await askProbe(sizes, dropping);
    expect(reading.unavailable).toEqual({ 'size_bytes{database="brief"}': "The database was dropped meanwhile" });
    expect(seriesValue(reading, "size_bytes", { database: "shop" })).toBeGreaterThan(1_000_000);
  });
});
