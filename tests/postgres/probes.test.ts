import { describe, expect, it } from "vitest";
import { DATABASES } from "../../lib/postgres/bounds";
import type { TargetSession } from "../../lib/postgres/connect";
import { postgresProbes } from "../../lib/postgres/probes/index";
import { instance } from "../../lib/postgres/probes/instance";
import { inventory } from "../../lib/postgres/probes/inventory";
import { io } from "../../lib/postgres/probes/io";
import { sizes } from "../../lib/postgres/probes/sizes";
import { wal } from "../../lib/postgres/probes/wal";
import { ProbeError, type Reading } from "../../lib/probe";
import { askProbe, expectDeclaredColumns, expectDeclaredSeries, seriesValue } from "./support/contract";
import { eventually, targetOf, withTarget } from "./support/peers";
import { startPgBouncer } from "./support/pgbouncer";
import { admin, sessionAs, stranger, watcher, watchServer } from "./support/watched";

watchServer();

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
    expect(asked).toHaveLength(probe === sizes ? 5 : 1);
  });
});

it("all answer through a pooler that gives them a connection for one transaction", async () => {
  const pooler = await startPgBouncer(
    { host: admin.host, port: admin.port },
    { watcher: "right-horse" },
    { pool_mode: "transaction", default_pool_size: 1 },
  );
  const address = `postgresql://watcher:right-horse@127.0.0.1:${pooler.port}/postgres`;
  await withTarget(targetOf(address), async (session) => {
    expect(session.pooled).toBe(true);
    for (const probe of postgresProbes) {
      const first = await askProbe(probe, session);
      expectDeclaredColumns(probe, first.rows, 18);
      expectDeclaredSeries(probe, (await askProbe(probe, session, first.counters)).reading);
    }
  });
  await pooler.stop();
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
    await eventually(async () => {
      const { reading } = await askProbe(instance, watcher, counters);
      return (seriesValue(reading, "wal_bytes_per_sec") ?? 0) > 50_000;
    });
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

describe("wal and io", () => {
  it("measure times only where the server does", async () => {
    const timed = async () => {
      const session = await sessionAs("watcher");
      const readings = [];
      for (const probe of [wal, io])
        readings.push((await askProbe(probe, session, (await askProbe(probe, session)).counters)).reading);
      await session.close();
      return readings;
    };
    const [walOff, ioOn] = await timed();
    expect(seriesValue(walOff as Reading, "write_ms_per_sec")).toBeUndefined();
    expect(walOff?.unavailable?.write_ms_per_sec).toContain("track_wal_io_timing is off");
    expect(seriesValue(ioOn as Reading, "read_ms_per_sec", { backend: "client backend" })).toBeGreaterThanOrEqual(0);
    expect(seriesValue(ioOn as Reading, "write_ms_per_sec", { object: "wal", context: "normal" })).toBeUndefined();
    await admin.query("ALTER ROLE watcher SET track_io_timing = off");
    await admin.query("ALTER ROLE watcher SET track_wal_io_timing = on");
    const [walOn, ioOff] = await timed();
    await admin.query("ALTER ROLE watcher RESET ALL");
    expect(seriesValue(walOn as Reading, "write_ms_per_sec")).toBeGreaterThanOrEqual(0);
    expect(seriesValue(ioOff as Reading, "read_ms_per_sec", { backend: "client backend" })).toBeUndefined();
    expect(
      seriesValue(ioOff as Reading, "write_ms_per_sec", { object: "wal", context: "normal" }),
    ).toBeGreaterThanOrEqual(0);
  });
});

describe("inventory", () => {
  /** Answers as if there were that many databases. */
  const crowd = (count: number) => ({
    version: 18,
    async query(sql: string) {
      const [row] = await watcher.query(sql);
      return Array.from({ length: count }, (_, n) => ({
        ...row,
        oid: n,
        name: `d${n}`,
        database: `d${n}`,
        xid_age: n,
      }));
    },
  });

  it("lists every database, but keeps its series bounded and says so", async () => {
    const { rows, reading } = await askProbe(inventory, crowd(1_000));
    expectDeclaredColumns(inventory, rows, 18);
    expect(reading.rows).toHaveLength(DATABASES + 1);
    expect(reading.facts?.databases).toHaveLength(1_000);
    expect(seriesValue(reading, "xid_age", { database: "(others)" })).toBe(999);
    expect(reading.unavailable?.database).toContain(`Only ${DATABASES} databases`);
    expect((await askProbe(inventory, crowd(DATABASES))).reading.rows).toHaveLength(DATABASES);
  });

  it("goes on without creation times where the server refuses them after all", async () => {
    const refusing = (error: Error) => ({
      version: 18,
      async query(sql: string) {
        if (sql.includes("modification")) throw error;
        return (await watcher.query(sql)).map((row) => ({ ...row, may_stat: true }));
      },
    });
    const { reading } = await askProbe(inventory, refusing(new ProbeError("permission", "may not")));
    expect(reading.unavailable?.created_at).toBe("The server does not tell it: may not");
    expect(reading.facts?.databases).not.toHaveLength(0);
    await expect(askProbe(inventory, refusing(new ProbeError("unreachable", "gone")))).rejects.toThrow("gone");
  });
});
