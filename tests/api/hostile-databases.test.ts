// Databases whose names mean something to addresses, SQL, selectors and CSV, on a real server, through every call that tells of databases.
import { beforeAll, describe, expect, it } from "vitest";
import { callApi } from "../support/api";
import { useDatabase } from "../support/database";
import { HOSTILE_NAMES, quoted, selected } from "../support/hostile-names";
import { createUser, signIn } from "../support/live";
import { useWatchedTarget } from "../support/watched-target";

useDatabase();
const target = useWatchedTarget("watched", async (admin) => {
  for (const name of HOSTILE_NAMES) await admin.query(`CREATE DATABASE ${quoted(name)} TEMPLATE template0`);
});

let headers: Record<string, string>;
/** What tells of all databases at once. */
let all: {
  stats: { databases: object[]; connection_timeline: object[] };
  labels: object[];
  analysis: { databases: object[] };
  csv: string[];
};
const get = (address: string) => callApi(address, { headers });
const read = async (address: string) => {
  const response = await get(address);
  expect(response.status, address).toBe(200);
  return response.json();
};
const encoded = encodeURIComponent;
const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();

beforeAll(async () => {
  headers = (await signIn(await createUser("vera", "viewer"))).headers;
  await target.asking(["databases", "sizes", "inventory"], async () => {
    const { databases, total_size_gb } = await read("/api/server/watched/stats");
    const named = databases.map(({ name }: { name: string }) => name);
    if (total_size_gb === null || !HOSTILE_NAMES.every((name) => named.includes(name))) return false;
    const { total_commits } = await read(`/api/server/watched/db/${encoded(HOSTILE_NAMES[0])}/stats`);
    return total_commits !== null;
  });
  const { probes } = await read("/api/servers/watched/latest");
  const csv = await (await get("/api/server/watched/analysis?format=csv")).text();
  all = {
    stats: await read(`/api/server/watched/stats?start_date=${minutes(-60)}`),
    labels: probes.databases.data.rows.map((row: { labels: object }) => row.labels),
    analysis: await read("/api/server/watched/analysis"),
    csv: csv.replace("\uFEFF", "").split("\r\n"),
  };
});

describe.each(HOSTILE_NAMES)("a database called %j", (name) => {
  it("has its newest values and its history under its own name", async () => {
    const path = `/api/server/watched/db/${encoded(name)}`;
    const now = await read(path);
    expect(now).toMatchObject({ name, exists: true, size_mb: expect.any(Number), connections: expect.any(Number) });
    const { rows } = await target.admin.query("SELECT oid::int8::float8 AS oid FROM pg_database WHERE datname = $1", [
      name,
    ]);
    expect(now.oid).toBe(rows[0].oid);
    expect(await read(`${path}?oid=${now.oid}`)).toMatchObject({ name });
    expect(await read(`/api/server/watched/db/-/stats?oid=${now.oid}`)).toMatchObject({ name, oid: now.oid });
    const stats = await read(`${path}/stats?start_date=${minutes(-60)}&end_date=${minutes(60)}`);
    expect(stats).toMatchObject({ name, oid: now.oid, aggregation: "raw", total_size_mb: now.size_mb });
    expect(stats.timeline.length).toBeGreaterThan(1);
  });

  it("is found among the server's", () => {
    const { databases, connection_timeline } = all.stats;
    expect(databases).toContainEqual(
      expect.objectContaining({ name, exists: true, creation_time: expect.any(String) }),
    );
    expect(connection_timeline).toContainEqual(expect.objectContaining({ datname: name }));
    expect(all.labels).toContainEqual({ database: name });
  });

  it("is judged by the analysis, and stands unharmed in its file", () => {
    expect(all.analysis.databases).toContainEqual(expect.objectContaining({ name, verdict: expect.any(String) }));
    const guarded = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
    const cell = /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
    expect(all.csv.some((line) => line.startsWith(`${cell},`))).toBe(true);
  });

  it("is selected in series, comparisons and exports, alone", async () => {
    const metrics = encoded(`databases.connections{database=${selected(name)}}`);
    const { series } = await read(`/api/query?server=watched&metrics=${metrics}&from=${minutes(-60)}&points=10`);
    expect(series.map((one: { labels: object; instance: string }) => [one.labels, one.instance])).toEqual([
      [{ database: name }, name],
    ]);
    const compared = await read(
      `/api/history/compare?server=watched&metrics=${metrics}&period=hour&compare_to=previous`,
    );
    expect(compared.series.map((one: { instance: string }) => one.instance)).toEqual([name]);
    const from = minutes(-60);
    const exported = await read(`/api/history/export?server=watched&metrics=${metrics}&from=${from}&format=json`);
    expect(exported.series).toMatchObject([{ labels: { database: name } }]);
    const csv = await get(`/api/history/export?server=watched&metrics=${metrics}&from=${from}`);
    expect(csv.status).toBe(200);
    const [head = ""] = (await csv.text()).split("\r\n");
    const heading = head.slice(head.indexOf(",") + 1).replace(/^"|"$/g, "");
    expect(heading).not.toMatch(/^[=+\-@\t\r]/);
    expect(heading.replaceAll('""', '"')).toContain("databases.connections");
  });
});

it("tells databases apart whose names differ by their encoding only", async () => {
  const names = ["100%", "100%25", "a/b", "a/../b", ".", ".."];
  const found = await Promise.all(names.map((name) => read(`/api/server/watched/db/${encoded(name)}`)));
  expect(new Set(found.map(({ oid }) => oid)).size).toBe(names.length);
});

it.each(["a", "A/B", "база ", "none", "(others)", "100", "\u0000"])(
  "does not take %j for another one",
  async (name) => {
    expect((await get(`/api/server/watched/db/${encoded(name)}`)).status).toBe(404);
    expect((await get(`/api/server/watched/db/${encoded(name)}/stats`)).status).toBe(404);
    expect((await get(`/api/server/${encoded(name)}/stats`)).status).toBe(404);
  },
);
