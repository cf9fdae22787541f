import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetSession } from "../../lib/postgres/connect";
import { activity } from "../../lib/postgres/probes/activity";
import { databases } from "../../lib/postgres/probes/databases";
import { postgresProbes } from "../../lib/postgres/probes/index";
import { instance } from "../../lib/postgres/probes/instance";
import { inventory } from "../../lib/postgres/probes/inventory";
import { replication } from "../../lib/postgres/probes/replication";
import { sizes } from "../../lib/postgres/probes/sizes";
import { storage } from "../../lib/postgres/probes/storage";
import { nothingToAsk, sqlFor } from "../../lib/postgres/run";
import { askProbe, expectDeclaredColumns, expectDeclaredSeries, seriesValue } from "./support/contract";
import { expectEndings } from "./support/ending";
import { eventually, targetOf } from "./support/peers";
import {
  askAll,
  COUNTING,
  countersOf,
  GROWING,
  OLDEST,
  probeCalled,
  RESETS,
  ratesOf,
  resetsOf,
} from "./support/statistics";
import { fetchVersion, startVersion, VERSIONS, type VersionServer } from "./support/versions";

const majors = [...Object.keys(VERSIONS).map(Number), 18];

beforeAll(async () => {
  await Promise.all(Object.keys(VERSIONS).map(Number).map(fetchVersion));
}, 120_000);

describe.each(majors)("PostgreSQL %i", (major) => {
  let server: VersionServer;
  let admin: pg.Client;
  let watcher: TargetSession;
  let stranger: TargetSession;

  beforeAll(async () => {
    server = await startVersion(major);
    await open();
    await admin.query("CREATE ROLE watcher LOGIN IN ROLE pg_monitor");
    await admin.query("CREATE ROLE stranger LOGIN");
    await openTargets();
  });
  afterAll(async () => {
    await Promise.all([watcher?.close(), stranger?.close(), admin?.end()]);
    await server?.stop();
  });

  async function open(): Promise<void> {
    admin = new pg.Client({ connectionString: `${server.address()}/postgres` });
    admin.on("error", () => {});
    await admin.connect();
  }
  // A session reports its last second of work when it ends.
  async function reopen(): Promise<void> {
    await admin.end();
    await open();
  }
  async function openTargets(): Promise<void> {
    const as = (user: string) => connectTarget(targetOf(`${server.address()}/postgres`, { user }));
    watcher = await as("watcher");
    stranger = await as("stranger");
  }

  it("is known by its version", async () => {
    expect(watcher.version).toBe(major);
    const { reading } = await askProbe(instance, watcher);
    expect(String(reading.facts?.version)).toMatch(new RegExp(`^${major}\\.`));
    expect(reading.facts?.data_directory).toBe(server.directory);
  });

  it.each(postgresProbes.map((probe) => [probe.name, probe] as const))(
    "answers %s, or says from when on",
    async (name, probe) => {
      const oldest = OLDEST[name] ?? 10;
      expect(nothingToAsk(probe, major)).toEqual(
        major < oldest ? expect.stringContaining(`needs PostgreSQL ${oldest}`) : null,
      );
      if (major < oldest) return;
      for (const session of [watcher, stranger]) {
        const first = await askProbe(probe, session);
        expectDeclaredColumns(probe, first.rows, major);
        const { reading } = await askProbe(probe, session, first.counters);
        expectDeclaredSeries(probe, reading);
        expect(reading.rows.length).toBeGreaterThan(0);
      }
    },
  );

  it("lets sessions be cancelled and ended, walsenders too", () => expectEndings(server.address(), admin));

  it("answers after load, with what it did", async () => {
    await admin.query("CREATE TABLE load AS SELECT n, repeat('x', 100) AS text FROM generate_series(1, 1) AS n");
    const before = await askAll(watcher);
    const waiting = new Map(Object.entries(GROWING).filter(([name]) => before.has(name)));
    await eventually(async () => {
      await admin.query("INSERT INTO load SELECT n, repeat('x', 100) FROM generate_series(1, 5000) AS n");
      await admin.query("CHECKPOINT");
      await reopen();
      for (const [name, metrics] of waiting) {
        const asked = await askProbe(probeCalled(name), watcher, before.get(name)?.counters);
        expectDeclaredSeries(probeCalled(name), asked.reading);
        // Before version 15 a database gets its time of reset with the first thing that is counted.
        if (resetsOf(asked, "postgres") !== resetsOf(before.get(name), "postgres")) before.set(name, asked);
        if (metrics.every((metric) => asked.reading.rows.some((row) => (row.values[metric] ?? 0) > 0)))
          waiting.delete(name);
      }
      return waiting.size === 0;
    });
  });

  it("gives no rate in the reading after a reset of statistics, and no spike later", async () => {
    const before = await askAll(watcher);
    await admin.query("SELECT pg_stat_reset()");
    for (const what of RESETS.filter(([oldest]) => oldest <= major))
      await admin.query("SELECT pg_stat_reset_shared($1)", [what[1]]);
    for (const probe of COUNTING.filter((each) => major >= (OLDEST[each.name] ?? 10))) {
      const then = before.get(probe.name);
      const after = await eventually(async () => {
        const asked = await askProbe(probe, watcher, then?.counters);
        return resetsOf(asked, "postgres") !== resetsOf(then, "postgres") && asked;
      });
      expect(ratesOf(after, "postgres")).toEqual([]);
      const later = await askProbe(probe, watcher, after.counters);
      expect(ratesOf(later, "postgres").length).toBeGreaterThan(0);
      const counted = countersOf(later, "postgres").flatMap((row) => Object.values(row.values));
      // Nothing grew by more than what was counted since the reset (in 10 s, as far as the test's clock goes).
      expect(10 * Math.max(...ratesOf(later, "postgres"))).toBeLessThanOrEqual(Math.max(...counted) + 10);
    }
  });

  it("knows where its files are, or that it may not know", async () => {
    await admin.query(`COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; mkdir "a space"'`);
    await admin.query(`CREATE TABLESPACE data LOCATION '${server.directory}/a space'`);
    const paths = async (session: TargetSession) => {
      const [sql = ""] = sqlFor(storage, major);
      return Object.fromEntries((await session.query(sql)).map((row) => [row.of, row.path]));
    };
    expect(await paths(watcher)).toEqual({
      data: server.directory,
      wal: `${server.directory}/pg_wal`,
      "tablespace data": `${server.directory}/a space`,
    });
    expect(await paths(stranger)).toMatchObject({ data: null, wal: null });
  });

  it("knows databases and when they were made, with the privilege, also in a tablespace", async () => {
    await admin.query("CREATE DATABASE moved TABLESPACE data CONNECTION LIMIT 7");
    const blind = (await askProbe(inventory, watcher)).reading;
    expect(blind.facts?.databases).toContainEqual({
      oid: expect.any(Number),
      name: "moved",
      owner: "owner",
      encoding: "UTF8",
      created_at: null,
      is_template: false,
      allow_connections: true,
    });
    expect(blind.unavailable?.created_at).toContain(major < 11 ? "superusers only" : 'TO "watcher"');
    expect(seriesValue(blind, "connection_limit", { database: "moved" })).toBe(7);
    expect(seriesValue(blind, "connection_limit", { database: "postgres" })).toBeUndefined();
    expect(seriesValue(blind, "xid_age", { database: "template0" })).toBeGreaterThan(0);
    await admin.query("GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text, boolean) TO watcher");
    if (major < 11) await admin.query("ALTER ROLE watcher SUPERUSER");
    const { reading } = await askProbe(inventory, watcher);
    if (major < 11) await admin.query("ALTER ROLE watcher NOSUPERUSER");
    expect(reading.unavailable?.created_at).toBeUndefined();
    const databases = reading.facts?.databases as { name: string; created_at: string }[];
    for (const { created_at } of databases) expect(Math.abs(Date.now() - Date.parse(created_at))).toBeLessThan(120_000);
    expect(databases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["moved", "postgres", "template0", "template1"]),
    );
  });

  it("asks a version that is not known yet as the newest, and with older SQL where that fails", async () => {
    const newer = (query: TargetSession["query"]) => ({ version: 99, query });
    if (major < 18) return;
    for (const probe of postgresProbes) {
      const { rows } = await askProbe(
        probe,
        newer((sql, parameters) => watcher.query(sql, parameters)),
      );
      expectDeclaredColumns(probe, rows, 18);
      const [newest, ...older] = sqlFor(probe, 99);
      if (older.length === 0 || probe.name === "io") continue;
      const { reading } = await askProbe(
        probe,
        newer((sql) => watcher.query(sql === newest ? "SELECT gone FROM pg_catalog.pg_database" : sql)),
      );
      expectDeclaredSeries(probe, reading);
      expect(reading.rows.length + Object.keys(reading.unavailable ?? {}).length).toBeGreaterThan(0);
    }
  });

  it("tells sessions and their time from version 14 on", async () => {
    const { counters } = await askProbe(databases, watcher);
    const { reading } = await askProbe(databases, watcher, counters);
    const known = seriesValue(reading, "sessions_per_sec", { database: "postgres" });
    expect(known === undefined).toBe(major < 14);
    expect(reading.unavailable?.sessions_per_sec === undefined).toBe(major >= 14);
  });

  it("counts sessions idle in a transaction", async () => {
    await admin.query("BEGIN");
    const { reading } = await askProbe(activity, watcher);
    await admin.query("ROLLBACK");
    expect(seriesValue(reading, "sessions", { state: "idle in transaction" })).toBe(1);
    const blind = await askProbe(activity, stranger);
    expect(seriesValue(blind.reading, "sessions", { state: "hidden" })).toBe(2);
  });

  it("goes on when a database is dropped while sizes are taken", async () => {
    await admin.query("CREATE DATABASE brief");
    const dropping = {
      version: major,
      async query(sql: string, parameters?: readonly unknown[]) {
        const rows = await watcher.query(sql, parameters);
        if (sql.includes("datname")) await admin.query("DROP DATABASE IF EXISTS brief");
        return rows;
      },
    };
    const { reading } = await askProbe(sizes, dropping);
    expect(reading.unavailable).toEqual({ 'size_bytes{database="brief"}': "The database was dropped meanwhile" });
  });

  it.each(["in order", "crash"] as const)("gives no spike over a restart (%s)", async (how) => {
    for (let n = 0; n < 1_000; n++) await admin.query("SELECT 1");
    await reopen();
    const commits = async () =>
      countersOf(await askProbe(databases, watcher), "postgres").find((row) => row.labels.database)?.values.commits ??
      0;
    await eventually(async () => (await commits()) > 1_000);
    const before = await askAll(watcher);
    await server.restart(how);
    await eventually(async () => !watcher.open);
    await Promise.all([watcher.close(), stranger.close(), admin.end().catch(() => {})]);
    await open();
    await openTargets();
    for (const probe of COUNTING.filter((each) => before.has(each.name))) {
      const after = await askProbe(probe, watcher, before.get(probe.name)?.counters);
      if (how === "crash") expect(ratesOf(after, "postgres")).toEqual([]);
      for (const metric of ["commits_per_sec", "transactions_per_sec"]) {
        // What this test itself commits stays far below the counter over the time.
        for (const row of after.reading.rows) expect(row.values[metric] ?? 0).toBeLessThan(30);
      }
    }
  });

  it("answers as a standby too", async () => {
    await Promise.all([watcher.close(), stranger.close(), admin.end().catch(() => {})]);
    await server.restart("as standby");
    await open();
    await openTargets();
    for (const probe of postgresProbes.filter((each) => nothingToAsk(each, major) === null)) {
      const { rows, reading } = await askProbe(probe, watcher);
      expectDeclaredColumns(probe, rows, major);
      if (probe === instance) expect(seriesValue(reading, "in_recovery")).toBe(1);
      if (probe === inventory) expect(reading.unavailable?.created_at).toContain("its primary knows");
      if (probe === replication) {
        expect(reading.facts).toMatchObject({ role: "standby", receiver: null });
        expect(seriesValue(reading, "receiver_streaming")).toBe(0);
        expect(seriesValue(reading, "receive_lag_bytes")).toBeUndefined();
      }
    }
  });
});
