// What /metrics tells of a primary and its follower, held against what postgres_exporter tells of them at the same moment.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "../../lib/db";
import { connectTarget } from "../../lib/postgres/connect";
import { postgresProbes } from "../../lib/postgres/probes";
import { nothingToAsk } from "../../lib/postgres/run";
import { useDatabase } from "../support/database";
import { compare, type Exposition, parseExposition, startExporter } from "../support/exporters";
import { eventually } from "../support/live";
import { addServer, fleetText, keepOutcome } from "../support/newest";
import { askProbe } from "./support/contract";
import { targetOf } from "./support/peers";
import { startVersion, type VersionServer } from "./support/versions";

/** The newest version of which this exporter understands all views. */
const MAJOR = 16;

/** Templates are not watched, and the shared objects are no database. */
const NO_DATABASE = /datid="0"|datname="template[01]"/;
/** Nothing is told of databases and states without a session, nor of the sessions of Dozor and the exporter. */
const NOBODY = /^pg_stat_activity_/;
/** The exporter tells with which compiler it was made. */
const VERSION = /^pg_static\{/;
/** Process numbers as `slot_name`. */
const FOLLOWERS = /^pg_stat_replication_/;
/** Names that later exporters have, or none. */
const LATER = /^pg_(postmaster_start_time_seconds|stat_wal_\w+|replication_(is_replica|lag_seconds))\{\}$/;

describe("names, labels, types and values of postgres_exporter", () => {
  useDatabase();
  let primary: VersionServer;
  let follower: VersionServer;
  let client: pg.Client;
  beforeAll(async () => {
    primary = await startVersion(MAJOR);
    const admin = new pg.Client({ connectionString: `${primary.address()}/postgres` });
    await admin.connect();
    await admin.query("CREATE DATABASE shop");
    await admin.query("SELECT pg_create_physical_replication_slot('follower', true)");
    await admin.end();
    follower = await primary.follower();
    client = new pg.Client({ connectionString: `${primary.address()}/shop`, application_name: "till" });
    await client.connect();
    await client.query("CREATE TABLE sales AS SELECT generate_series(1, 20000) AS id");
    await client.query("SET work_mem = '64kB'");
    await client.query("SELECT id FROM sales ORDER BY id DESC OFFSET 19999");
    await client.query("CHECKPOINT");
    await client.query("BEGIN");
    await client.query("SELECT count(*) FROM sales");
    await eventually(async () => {
      const { rows } = await client.query("SELECT FROM pg_stat_replication WHERE state = 'streaming'");
      expect(rows).toHaveLength(1);
    });
  }, 60_000);
  afterAll(async () => {
    await client?.end();
    await follower?.stop();
    await primary?.stop();
  });

  /** What both tell of that server, ours between two of theirs. */
  async function asked(of: VersionServer): Promise<{ ours: Exposition; theirs: readonly [Exposition, Exposition] }> {
    const server = await addServer("asked", { machine: false });
    const exporter = await startExporter("prometheus-postgres-exporter", {
      env: { DATA_SOURCE_NAME: `${of.address()}/postgres?sslmode=disable` },
    });
    const session = await connectTarget(targetOf(`${of.address()}/postgres`));
    try {
      const scrape = async () => parseExposition(await exporter.scrape(), "pg_");
      const before = await scrape();
      for (const probe of postgresProbes) {
        if (nothingToAsk(probe, session.version) !== null) continue;
        const { reading } = await askProbe(probe, session);
        await keepOutcome({ server, probe, outcome: { outcome: "ok", reading } });
      }
      return { theirs: [before, await scrape()], ours: parseExposition(await fleetText(), "pg_") };
    } finally {
      await pool().query("DELETE FROM servers");
      await session.close();
      await exporter.stop();
    }
  }

  async function expectSame(of: VersionServer): Promise<Exposition> {
    const { ours, theirs } = await asked(of);
    const { values, types, onlyTheirs, onlyOurs } = compare(ours, theirs, (name) =>
      name === "pg_stat_activity_max_tx_duration" ? 0.1 : 0,
    );
    expect(values).toEqual([]);
    expect(
      types.filter((one) => !/^pg_(static|stat_database_\w+): (gauge|counter), theirs untyped$/.test(one)),
    ).toEqual([]);
    const isTold = (patterns: readonly RegExp[]) => (one: string) => !patterns.some((pattern) => pattern.test(one));
    expect(onlyTheirs.filter(isTold([NO_DATABASE, NOBODY, VERSION, FOLLOWERS]))).toEqual([]);
    expect(onlyOurs.filter(isTold([VERSION, FOLLOWERS, LATER]))).toEqual([]);
    return ours;
  }

  it("are ours of a primary, but for what is told otherwise on purpose", async () => {
    const { families } = await expectSame(primary);
    const inTransaction = 'datname="shop",state="idle in transaction"';
    expect(families.get("pg_stat_activity_count")?.get(inTransaction)).toBe(1);
    expect(families.get("pg_stat_database_temp_files")?.size).toBe(2);
    expect(families.get("pg_stat_bgwriter_checkpoints_req_total")?.get("")).toBeGreaterThan(0);
    const follows = 'application_name="follower",client_addr="127.0.0.1",state="streaming"';
    expect(families.get("pg_stat_replication_pg_wal_lsn_diff")?.get(follows)).toBeGreaterThanOrEqual(0);
    expect(families.get("pg_replication_slots_active")?.get('slot_name="follower"')).toBe(1);
    expect(families.get("pg_replication_is_replica")?.get("")).toBe(0);
    expect(families.get("pg_replication_lag_seconds")?.get("")).toBe(0);
  });

  it("are ours of a follower, too", async () => {
    const { families } = await expectSame(follower);
    expect(families.get("pg_replication_is_replica")?.get("")).toBe(1);
    expect(families.get("pg_replication_lag_seconds")?.get("")).toBeGreaterThanOrEqual(0);
    expect(families.get("pg_stat_database_conflicts")?.size).toBe(2);
  });
});
