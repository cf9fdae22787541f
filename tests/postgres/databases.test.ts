import { describe, expect, it } from "vitest";
import { DATABASES } from "../../lib/postgres/bounds";
import { databases } from "../../lib/postgres/probes/databases";
import type { Reading } from "../../lib/probe";
import { askProbe, seriesValue } from "./support/contract";
import { eventually } from "./support/peers";
import { admin, client, sessionAs, stranger, watcher, watchServer } from "./support/watched";

watchServer();

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
    // In all databases together there is at least as much.
    expect(seriesValue(reading, "all_commits_per_sec", {})).toBeGreaterThanOrEqual(shop("commits_per_sec") ?? Infinity);
  });

  it("counts clients of others, for a role without any right, too", async () => {
    const pooled = await Promise.all([client(), client(), client()]);
    const others = await client("postgres");
    for (const session of [watcher, stranger]) {
      const { reading } = await askProbe(databases, session);
      const clients = (database: string) => seriesValue(reading, "clients", { database });
      // The superuser's connection, the other client, and the session of the other role, which may be anybody's.
      expect(clients("postgres")).toBe(3);
      expect(seriesValue(reading, "connections", { database: "postgres" })).toBe(4);
      expect([clients("shop"), clients("a/b 100%")]).toEqual([3, 0]);
    }
    await Promise.all([...pooled, others].map((one) => one.end()));
  });

  it("counts sessions and written rows, cumulatively", async () => {
    const shop = (reading: Reading, metric: string) => seriesValue(reading, metric, { database: "shop" }) ?? 0;
    const { reading: before } = await askProbe(databases, watcher);
    const till = await client();
    await till.query("CREATE TABLE IF NOT EXISTS counted (n int)");
    await till.query("INSERT INTO counted SELECT generate_series(1, 100)");
    await till.query("UPDATE counted SET n = 0");
    await till.query("DELETE FROM counted WHERE n = 0");
    await till.end();
    await eventually(async () => {
      const { reading } = await askProbe(databases, watcher);
      const written = shop(reading, "rows_written") - shop(before, "rows_written");
      return written >= 300 && written < 500 && shop(reading, "sessions") === shop(before, "sessions") + 1;
    });
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

  it("knows the oid of each, so that one made again is known at once", async () => {
    const oids = async () => (await askProbe(databases, watcher)).reading.facts?.oids as Record<string, number>;
    await admin.query("CREATE DATABASE again");
    const before = await oids();
    await admin.query("DROP DATABASE again");
    await admin.query("CREATE DATABASE again");
    const after = await oids();
    await admin.query("DROP DATABASE again");
    expect(after.shop).toBe(before.shop);
    expect(after.again).toBeGreaterThan(before.again ?? 0);
  });

  it("tells those beyond the bound together, and says so", async () => {
    const bounded = (limit: number) => ({
      version: watcher.version,
      query: (sql: string) => watcher.query(sql.replaceAll(`<= ${DATABASES}`, `<= ${limit}`)),
    });
    const all = await askProbe(databases, watcher);
    const { reading } = await askProbe(databases, bounded(2));
    expect(reading.rows.map((row) => row.labels.database).toSorted()).toEqual([
      "(others)",
      "dozor_template",
      "postgres",
    ]);
    expect(Object.keys(reading.facts?.oids ?? {}).toSorted()).toEqual(["dozor_template", "postgres"]);
    expect(reading.unavailable?.database).toContain("the rest is told together as (others)");
    const connections = ({ rows }: typeof reading) => rows.reduce((sum, row) => sum + (row.values.connections ?? 0), 0);
    expect(connections(reading)).toBe(connections(all.reading));
    expect(all.reading.unavailable?.database).toBeUndefined();
    // A database that leaves the rest takes its counters along: the sum fell, so that no rate is told.
    const grown = await askProbe(databases, bounded(3), (await askProbe(databases, bounded(2))).counters);
    expect(seriesValue(grown.reading, "commits_per_sec", { database: "(others)" })).toBeUndefined();
  });
});
