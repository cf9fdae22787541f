import { describe, expect, it } from "vitest";
import { activity } from "../../lib/postgres/probes/activity";
import { askProbe, seriesValue } from "./support/contract";
import { eventually } from "./support/peers";
import { admin, client, stranger, watcher, watchServer } from "./support/watched";

watchServer();

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
    expect(reading.lacking).toBeUndefined();
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
    expect(reading.lacking).toMatchObject({ code: "permission" });
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
