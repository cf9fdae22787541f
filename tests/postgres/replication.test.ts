import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetSession } from "../../lib/postgres/connect";
import { replication } from "../../lib/postgres/probes/replication";
import type { Reading } from "../../lib/probe";
import { askProbe, expectDeclaredColumns, expectDeclaredSeries, seriesValue } from "./support/contract";
import { eventually, targetOf } from "./support/peers";
import { startVersion, type VersionServer } from "./support/versions";

const FOLLOWER = { application: "follower", client: "127.0.0.1" };

describe.each([14, 18])("a primary and its standby of PostgreSQL %i", (major) => {
  let primary: VersionServer;
  let standby: VersionServer;
  let admin: pg.Client;
  const sessions: TargetSession[] = [];

  const open = async (server: VersionServer, user: string): Promise<TargetSession> => {
    const session = await connectTarget(targetOf(`${server.address()}/postgres`, { user }));
    sessions.push(session);
    return session;
  };
  const clientOf = async (server: VersionServer): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: `${server.address()}/postgres` });
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  let watcher: TargetSession;
  let follower: TargetSession;

  beforeAll(async () => {
    primary = await startVersion(major);
    admin = await clientOf(primary);
    await admin.query("SELECT pg_create_physical_replication_slot('follower')");
    await admin.query("CREATE ROLE watcher LOGIN IN ROLE pg_monitor");
    await admin.query("CREATE ROLE stranger LOGIN");
    await admin.query("CREATE TABLE sales (n int)");
    await admin.end();
    standby = await primary.follower();
    admin = await clientOf(primary);
    watcher = await open(primary, "watcher");
    follower = await open(standby, "watcher");
  });
  afterAll(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    await admin?.end();
    await standby?.stop();
    await primary?.stop();
  });

  const streaming = (check: (reading: Reading) => boolean) =>
    eventually(async () => {
      const { reading } = await askProbe(replication, watcher);
      return check(reading) && reading;
    });

  it("tells of the follower: nothing behind is 0", async () => {
    await streaming((reading) => seriesValue(reading, "replay_lag_bytes", FOLLOWER) === 0);
    const idle = (await askProbe(replication, follower)).reading;
    if (seriesValue(idle, "replay_delay_seconds") === undefined)
      expect(idle.unavailable?.replay_delay_seconds).toContain("has not replayed any transaction");
    await admin.query("INSERT INTO sales VALUES (1)");
    await streaming((reading) => seriesValue(reading, "replay_lag_bytes", FOLLOWER) === 0);
    const { rows, reading } = await askProbe(replication, watcher);
    expectDeclaredColumns(replication, rows, major);
    expectDeclaredSeries(replication, reading);
    expect(seriesValue(reading, "senders")).toBe(1);
    expect(seriesValue(reading, "senders", FOLLOWER)).toBe(1);
    expect(seriesValue(reading, "receiver_streaming")).toBeUndefined();
    expect(seriesValue(reading, "replay_delay_seconds")).toBeUndefined();
    expect(reading.facts).toMatchObject({
      role: "primary",
      receiver: null,
      senders: [{ ...FOLLOWER, user: "owner", state: "streaming", sync_state: "async" }],
    });
    const caughtUp = await streaming((now) => seriesValue(now, "replay_lag_bytes", FOLLOWER) === 0);
    expect(seriesValue(caughtUp, "replay_lag_seconds", FOLLOWER)).toBeLessThan(10);
  });

  it("tells how far the follower is behind while it does not replay, in bytes and seconds", async () => {
    const control = await clientOf(standby);
    await control.query("SELECT pg_wal_replay_pause()");
    await admin.query("INSERT INTO sales SELECT generate_series(1, 10000)");
    const behind = await streaming((now) => Number(seriesValue(now, "replay_lag_bytes", FOLLOWER)) > 100_000);
    expect(seriesValue(behind, "flush_lag_bytes", FOLLOWER)).toBeLessThanOrEqual(
      Number(seriesValue(behind, "replay_lag_bytes", FOLLOWER)),
    );
    const paused = await eventually(async () => {
      const { reading } = await askProbe(replication, follower);
      return Number(seriesValue(reading, "replay_delay_bytes")) > 100_000 && reading;
    });
    expect(seriesValue(paused, "replay_delay_seconds")).toBeGreaterThan(0);
    expect(seriesValue(paused, "replay_paused")).toBe(1);
    await control.query("SELECT pg_wal_replay_resume()");
    const replayed = await streaming((now) => seriesValue(now, "replay_lag_bytes", FOLLOWER) === 0);
    // The pause shows for a while in what was measured last.
    expect(seriesValue(replayed, "replay_lag_seconds", FOLLOWER)).toBeGreaterThanOrEqual(0);
    await control.end();
  });

  it("tells a standby whom it follows, and how closely", async () => {
    const reading = await eventually(async () => {
      const { reading: now } = await askProbe(replication, follower);
      const level = ["receive_lag_bytes", "replay_delay_bytes"].every((metric) => seriesValue(now, metric) === 0);
      return level && now;
    });
    expectDeclaredSeries(replication, reading);
    expect(seriesValue(reading, "receiver_streaming")).toBe(1);
    expect(seriesValue(reading, "receiver_silence_seconds")).toBeLessThan(30);
    expect(seriesValue(reading, "replay_delay_seconds")).toBe(0);
    expect(seriesValue(reading, "replay_paused")).toBe(0);
    expect(reading.facts).toMatchObject({
      role: "standby",
      receiver: {
        status: "streaming",
        slot: "follower",
        host: "127.0.0.1",
        port: Number(new URL(primary.address()).port),
      },
      senders: [],
    });
  });

  it("counts conflicts of a standby by database and cause", async () => {
    const before = await askProbe(replication, follower);
    expect(seriesValue(before.reading, "conflicts", { database: "postgres" })).toBe(0);
    const reader = await clientOf(standby);
    await reader.query("BEGIN");
    await reader.query("SELECT count(*) FROM sales");
    await admin.query("TRUNCATE sales");
    const reading = await eventually(async () => {
      const asked = await askProbe(replication, follower, before.counters);
      return seriesValue(asked.reading, "conflicts", { database: "postgres" }) === 1 && asked.reading;
    });
    expect(seriesValue(reading, "conflicts_per_sec", { database: "postgres" })).toBe(0.1);
    expect(seriesValue(reading, "conflicts_by_cause", { cause: "lock" })).toBe(1);
    expect(seriesValue(reading, "conflicts_by_cause", { cause: "snapshot" })).toBe(0);
    expect(seriesValue(reading, "conflicts_by_cause", { cause: "active_logicalslot" })).toBe(
      major < 16 ? undefined : 0,
    );
    await reader.end().catch(() => {});
  });

  it("tells of slots: what each retains, whether it is read, and what is not known of one never used", async () => {
    await admin.query("SELECT pg_create_physical_replication_slot('idle')");
    await admin.query("SELECT pg_create_physical_replication_slot('kept', true)");
    await admin.query("SELECT pg_create_logical_replication_slot('changes', 'pgoutput')");
    await admin.query("SELECT pg_create_logical_replication_slot('brief', 'pgoutput', true)");
    await admin.query("INSERT INTO sales SELECT generate_series(1, 10000)");
    const { reading } = await askProbe(replication, watcher);
    expect(seriesValue(reading, "slots")).toBe(5);
    expect(seriesValue(reading, "inactive_slots")).toBe(3);
    expect(seriesValue(reading, "lost_slots")).toBe(0);
    expect(seriesValue(reading, "slot_active", { slot: "follower" })).toBe(1);
    expect(seriesValue(reading, "slot_active", { slot: "(temporary)" })).toBe(1);
    expect(seriesValue(reading, "slot_retained_bytes", { slot: "idle" })).toBeUndefined();
    expect(seriesValue(reading, "slot_retained_bytes", { slot: "kept" })).toBeGreaterThan(100_000);
    expect(seriesValue(reading, "slot_retained_bytes", { slot: "changes" })).toBeGreaterThan(100_000);
    expect(seriesValue(reading, "slot_safe_bytes", { slot: "kept" })).toBeUndefined();
    const inactive = seriesValue(reading, "slot_inactive_seconds", { slot: "kept" });
    if (major < 17) expect(inactive).toBeUndefined();
    else expect(inactive).toBeLessThan(60);
    expect(reading.facts?.slots).toContainEqual({
      slot: "changes",
      type: "logical",
      plugin: "pgoutput",
      database: "postgres",
      active: false,
      wal_status: "reserved",
      inactive_since: major < 17 ? null : expect.stringMatching(/Z$/),
      invalidation_reason: null,
    });
  });

  it("says how much may be written before a slot is lost, where the server sets a limit", async () => {
    await admin.query("ALTER SYSTEM SET max_slot_wal_keep_size = '256MB'");
    await admin.query("SELECT pg_reload_conf()");
    const reading = await streaming((now) => seriesValue(now, "slot_safe_bytes", { slot: "kept" }) !== undefined);
    expect(seriesValue(reading, "slot_safe_bytes", { slot: "kept" })).toBeGreaterThan(100_000_000);
    await admin.query("ALTER SYSTEM RESET max_slot_wal_keep_size");
    await admin.query("SELECT pg_reload_conf()");
  });

  it("tells a role with nothing that there is a follower and slots, but not how far it is, and what to grant", async () => {
    const { rows, reading } = await askProbe(replication, await open(primary, "stranger"));
    expectDeclaredColumns(replication, rows, major);
    expect(seriesValue(reading, "senders")).toBe(1);
    expect(seriesValue(reading, "slot_active", { slot: "follower" })).toBe(1);
    expect(reading.rows.some((row) => row.values.replay_lag_bytes !== undefined)).toBe(false);
    expect(reading.unavailable?.replay_lag_bytes).toContain("grant it pg_monitor");
    const blind = await askProbe(replication, await open(standby, "stranger"));
    expect(seriesValue(blind.reading, "receiver_streaming")).toBeUndefined();
    expect(blind.reading.unavailable?.receiver_streaming).toContain("grant it pg_monitor");
  });

  it("keeps its labels bounded, and says so", async () => {
    await admin.query("SELECT pg_create_physical_replication_slot('s' || n) FROM generate_series(1, 110) AS n");
    const { reading } = await askProbe(replication, watcher);
    expect(seriesValue(reading, "slots")).toBe(115);
    expect(reading.rows.filter((row) => row.labels.slot !== undefined)).toHaveLength(101);
    expect(reading.facts?.slots).toHaveLength(100);
    expect(reading.unavailable?.slot).toContain("Only 100 replication slots");
    await admin.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
    const takers = ["a", "b", "b", "pg_16399_sync_16391_7"].map(
      (application_name) =>
        new pg.Client({
          connectionString: `${primary.address()}/postgres`,
          application_name,
          replication: "true",
        } as never),
    );
    await Promise.all(takers.map((taker) => taker.connect()));
    const few = {
      version: major,
      query: (sql: string) => watcher.query(sql.replaceAll("place <= 50", "place <= 3")),
    };
    const many = (await askProbe(replication, few)).reading;
    const client = "127.0.0.1";
    expect(seriesValue(many, "senders")).toBe(5);
    expect(seriesValue(many, "senders", { application: "(table sync)", client })).toBe(1);
    expect(seriesValue(many, "senders", { application: "b", client })).toBe(2);
    expect(seriesValue(many, "replay_lag_bytes", { application: "b", client })).toBeUndefined();
    expect(seriesValue(many, "senders", { application: "(others)" })).toBe(1);
    expect(many.unavailable?.application).toContain("Only 50 followers");
    await Promise.all(takers.map((taker) => taker.end()));
  });

  it("tells when the standby follows nobody any more: no 0 for what it cannot know", async () => {
    await admin.end();
    await Promise.all(sessions.filter((session) => session !== follower).map((session) => session.close()));
    await primary.stop();
    const reading = await eventually(async () => {
      const asked = await askProbe(replication, follower);
      return seriesValue(asked.reading, "receiver_streaming") === 0 && asked.reading;
    });
    expect(seriesValue(reading, "receive_lag_bytes")).toBeUndefined();
    expect(seriesValue(reading, "receiver_silence_seconds")).toBeUndefined();
    expect(seriesValue(reading, "replay_delay_seconds")).toBeGreaterThan(0);
    expect(reading.facts?.receiver).toBeNull();
  });
});
