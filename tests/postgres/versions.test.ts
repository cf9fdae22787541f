import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetSession } from "../../lib/postgres/connect";
import { activity } from "../../lib/postgres/probes/activity";
import { databases } from "../../lib/postgres/probes/databases";
import { postgresProbes } from "../../lib/postgres/probes/index";
import { instance } from "../../lib/postgres/probes/instance";
import { sizes } from "../../lib/postgres/probes/sizes";
import { askProbe, expectDeclaredColumns, expectDeclaredSeries, seriesValue } from "./support/contract";
import { eventually, targetOf } from "./support/peers";
import { fetchVersion, startVersion, VERSIONS, type VersionServer } from "./support/versions";

const majors = Object.keys(VERSIONS).map(Number);

beforeAll(async () => {
  await Promise.all(majors.map(fetchVersion));
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
  async function openTargets(): Promise<void> {
    const as = (user: string) => connectTarget(targetOf(`${server.address()}/postgres`, { user }));
    watcher = await as("watcher");
    stranger = await as("stranger");
  }

  it("is known by its version", async () => {
    expect(watcher.version).toBe(major);
    const { reading } = await askProbe(instance, watcher);
    expect(String(reading.facts?.version)).toMatch(new RegExp(`^${major}\\.`));
    expect(reading.facts?.data_directory).toEqual(expect.stringContaining("dozor-test-"));
  });

  it.each(postgresProbes.map((probe) => [probe.name, probe] as const))("answers %s", async (_, probe) => {
    for (const session of [watcher, stranger]) {
      const first = await askProbe(probe, session);
      expectDeclaredColumns(probe, first.rows, major);
      const { reading } = await askProbe(probe, session, first.counters);
      expectDeclaredSeries(probe, reading);
      expect(reading.rows.length).toBeGreaterThan(0);
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
    // A session reports its last second of work when it ends.
    await admin.end();
    await open();
    const commits = async () => [...(await askProbe(databases, watcher)).counters.values()][0]?.values.commits ?? 0;
    await eventually(async () => (await commits()) > 1_000);
    const before = await askProbe(databases, watcher);
    await server.restart(how);
    await eventually(async () => !watcher.open);
    await Promise.all([watcher.close(), stranger.close(), admin.end().catch(() => {})]);
    await open();
    await openTargets();
    const after = await askProbe(databases, watcher, before.counters);
    const rate = seriesValue(after.reading, "commits_per_sec", { database: "postgres" });
    if (how === "crash") expect(rate).toBeUndefined();
    // What this test itself commits stays far below the counter over the time.
    expect(rate ?? 0).toBeLessThan(30);
  });

  it("answers as a standby too", async () => {
    await Promise.all([watcher.close(), stranger.close(), admin.end().catch(() => {})]);
    await server.restart("as standby");
    await open();
    await openTargets();
    for (const probe of postgresProbes) {
      const { rows, reading } = await askProbe(probe, watcher);
      expectDeclaredColumns(probe, rows, major);
      if (probe === instance) expect(seriesValue(reading, "in_recovery")).toBe(1);
    }
  });
});
