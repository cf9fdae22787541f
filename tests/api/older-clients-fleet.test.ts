// The fleet monitor's calls as its clients make them, one after the other, while a collector watches a real server.
import { beforeAll, describe, expect, it } from "vitest";
import { serverByName } from "@/lib/fleet/queries";
import { databaseHistorySchema, databaseNowSchema, serverHistorySchema } from "@/lib/fleet/server-history-schema";
import { systemActor } from "@/lib/users/permissions";
import { callApi } from "../support/api";
import { useDatabase } from "../support/database";
import { createUser, PASSWORD } from "../support/users";
import { useWatchedTarget } from "../support/watched-target";

useDatabase();
/** More than any range here can come to: whoever counts what was before would show it. */
const BEFORE = 20_000;
const commits = (count: number) => `DO $$ BEGIN FOR i IN 1..${count} LOOP COMMIT; END LOOP; END $$`;
const target = useWatchedTarget("watched", async (admin) => {
  await admin.query("CREATE DATABASE shop");
});

let bearer: Record<string, string>;
const ask = (path: string, init: RequestInit = {}) =>
  callApi(path, { ...init, headers: { ...bearer, ...init.headers } });
const get = async (path: string) => {
  const response = await ask(path);
  expect(response.status, path).toBe(200);
  return response.json();
};
const shop = "/api/server/watched/db/shop";
const stats = async (query = "") => databaseHistorySchema.parse(await get(`${shop}/stats${query}`));
const readings = async () => (await stats(TODAY)).timeline.length;
/** Two days, so that every sample is a row. */
const TODAY = `?start_date=${new Date(Date.now() - 86_400_000).toISOString()}&end_date=${new Date(Date.now() + 86_400_000).toISOString()}`;

/** Until so many more readings are stored. */
async function readMore(count: number): Promise<void> {
  const wanted = (await readings()) + count;
  await target.asking(["databases"], async () => (await readings()) >= wanted);
}

beforeAll(async () => {
  await target.within("shop", commits(BEFORE));
  const admin = await createUser({ role: "admin" });
  const answer = await callApi("/api/token", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ username: admin.login, password: PASSWORD }).toString(),
  });
  expect(answer.status).toBe(200);
  bearer = { authorization: `Bearer ${(await answer.json()).access_token}` };
  await target.asking(["databases", "sizes", "inventory", "activity", "instance"], async () => {
    const { total_size_gb, databases } = await get("/api/server/watched/stats");
    const [{ version }] = await get("/api/servers");
    return (
      total_size_gb !== null &&
      version !== null &&
      databases.some(({ name }: { name: string }) => name === "shop") &&
      // A reading from before the commits is none of them.
      (await get(shop)).commits > BEFORE
    );
  });
});

it("list servers, what they do now, and how they did", async () => {
  expect(await get("/api/servers")).toMatchObject([
    { name: "watched", status: "up", connections: expect.any(Object), uptime_hours: expect.any(Number) },
  ]);
  const { queries } = await get("/api/server_stats/watched");
  expect(queries).toBeInstanceOf(Array);
  const all = serverHistorySchema.parse(await get("/api/server/watched/stats"));
  expect(all).toMatchObject({ aggregation: "hour", total_connections: expect.any(Number) });
  expect(all.databases).toContainEqual(expect.objectContaining({ name: "shop", exists: true }));
  expect(all.connection_timeline).toContainEqual(
    expect.objectContaining({ datname: "shop", connections: expect.any(Number), size_gb: expect.any(Number) }),
  );
  expect(await get("/api/server/watched/analysis")).toMatchObject({ databases: expect.any(Array) });
  expect(await get("/api/ssh-keys")).toEqual([]);
  expect(await get("/api/pools/status")).toMatchObject({
    watched: { minconn: expect.any(Number), maxconn: expect.any(Number), closed: false },
  });
});

it("read a database, now and over a range", async () => {
  const now = databaseNowSchema.parse(await get(shop));
  expect(now).toMatchObject({ name: "shop", size_mb: expect.any(Number), last_update: expect.any(String) });
  expect(now.commits).toBeGreaterThan(BEFORE);
  const { rows } = await target.admin.query("SELECT pg_database_size('shop')::float8 / 1048576 AS mb");
  expect(now.size_mb).toBeCloseTo(rows[0].mb, 0);
  const over = await stats(TODAY);
  expect(over).toMatchObject({ aggregation: "raw", total_size_mb: now.size_mb, creation_time: expect.any(String) });
  expect(over.timeline.at(-1)).toMatchObject({ connections: expect.any(Number) });
});

describe("dates", () => {
  it.each([
    ["start_date=2026-01-31&end_date=2026-02-01", "2026-01-31T00:00:00.000Z"],
    ["start_date=2026-01-31T10:00:00&end_date=2026-02-01T00:00:00", "2026-01-31T10:00:00.000Z"],
    ["start_date=2026-01-31T10:00:00Z&end_date=2026-02-01", "2026-01-31T10:00:00.000Z"],
    ["start_date=2026-01-31T10:00:00%2B02:00&end_date=2026-02-01", "2026-01-31T08:00:00.000Z"],
    // As those send it who do not encode the plus.
    ["start_date=2026-01-31T10:00:00+02:00&end_date=2026-02-01", "2026-01-31T08:00:00.000Z"],
    ["start_date=2026-01-31T10:00:00.250-05:30&end_date=2026-02-01", "2026-01-31T15:30:00.250Z"],
  ])("%s", async (query, start) => {
    expect(await get(`/api/server/watched/stats?${query}`)).toMatchObject({ start_date: start, aggregation: "raw" });
  });

  it.each([
    ["start_date=yesterday", "start_date"],
    ["start_date=2026-02-30", "start_date"],
    ["start_date=2026-01-31T25:00:00", "start_date"],
    ["end_date=", "end_date"],
    ["start_date=2026-02-01&end_date=2026-01-31", "end_date"],
    ["start_date=2026-02-01&end_date=2026-02-01", "end_date"],
    ["start_date=9999-01-01", "start_date"],
    ["start_date=2026-02-01&start_date=2026-02-02", "start_date"],
  ])("%s is refused by its name", async (query, path) => {
    for (const address of ["/api/server/watched/stats", `${shop}/stats`]) {
      const response = await ask(`${address}?${query}`);
      expect(response.status).toBe(422);
      expect((await response.json()).errors).toMatchObject([{ path }]);
    }
  });
});

it("count what was committed in the range, and nothing else when counters begin anew", {
  timeout: 60_000,
}, async () => {
  await readMore(1);
  const before = (await stats(TODAY)).total_commits ?? 0;
  await target.within("shop", commits(600));
  await readMore(2);
  const counted = (await stats(TODAY)).total_commits ?? 0;
  // Readings a second apart bear times that are rounded, so that it is right to about a half.
  expect(counted - before).toBeGreaterThan(200);
  expect(counted - before).toBeLessThan(2_000);
  await target.within("shop", "SELECT pg_stat_reset()");
  await readMore(3);
  const after = await stats(TODAY);
  expect(after.total_commits).toBeGreaterThanOrEqual(counted);
  expect(after.total_commits).toBeLessThan(counted + 1_000);
  const rows = after.timeline.map((row) => row.commits);
  expect(rows.filter((row) => row !== null && row < 0)).toEqual([]);
  expect(rows.slice(1)).toContain(null);
  expect((await get(shop)).commits).toBeLessThan(BEFORE);
});

it("find an earlier database of the same name by its oid, and the new one by its name", {
  timeout: 60_000,
}, async () => {
  const earlier = await stats(TODAY);
  await target.admin.query("DROP DATABASE shop WITH (FORCE)");
  await target.admin.query("CREATE DATABASE shop");
  await target.asking(["databases", "inventory"], async () => {
    const { oid, last_stat_update } = await stats(TODAY);
    return oid !== earlier.oid && last_stat_update !== null;
  });
  const { databases } = await get("/api/server/watched/stats");
  expect(databases.filter(({ name }: { name: string }) => name === "shop")).toMatchObject([
    { exists: true, dropped_at: null },
    { oid: earlier.oid, exists: false, dropped_at: expect.any(String) },
  ]);
  const old = await stats(`${TODAY}&oid=${earlier.oid}`);
  expect(old).toMatchObject({ exists: false, total_size_mb: earlier.total_size_mb });
  expect(old.timeline.length).toBeGreaterThanOrEqual(earlier.timeline.length);
  expect((await stats(TODAY)).timeline.length).toBeLessThan(old.timeline.length);
  expect(await get(`${shop}?oid=${earlier.oid}`)).toMatchObject({ exists: false, commits: null });
});

it("read all of it while the server is down", { timeout: 60_000 }, async () => {
  await target.asking(["sizes"], async () => (await stats()).total_size_mb !== null);
  await readMore(1);
  await target.halt();
  await target.asking(["databases", "instance"], async () => {
    const server = await serverByName(systemActor(), "watched");
    return server?.status === "down";
  });
  const all = await get(`/api/server/watched/stats${TODAY}`);
  expect(all).toMatchObject({ total_connections: expect.any(Number), total_size_gb: expect.any(Number) });
  expect(all.connection_timeline.length).toBeGreaterThan(5);
  expect(await get(shop)).toMatchObject({ size_mb: expect.any(Number), connections: expect.any(Number) });
  expect(await stats(TODAY)).toMatchObject({ total_size_mb: expect.any(Number), exists: true });
  const metrics = encodeURIComponent('databases.connections{database="shop"}');
  const { series } = await get(`/api/query?server=watched&metrics=${metrics}`);
  expect(series).toHaveLength(1);
  expect((await ask("/api/server_stats/watched")).status).toBeLessThan(500);
});
