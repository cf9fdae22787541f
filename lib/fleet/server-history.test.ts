import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow, writeLatest } from "../../tests/support/live";
import { pool } from "../db";
import { sealHours } from "../metrics/seal";
import { type SampleBatch, writeSamples } from "../metrics/write";
import { systemActor } from "../users/permissions";
import { databaseHistory, databaseNow, serverHistory } from "./server-history";

useDatabase();

const actor = systemActor();
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
/** A Thursday. */
const START = Date.UTC(2026, 0, 15);
const MB = 1024 ** 2;
const iso = (ms: number) => new Date(ms).toISOString();

let count = 0;
let server = "";
let subject = 0;

beforeEach(async () => {
  count += 1;
  server = `history-${count}`;
  subject = await createServerRow(server);
  await pool().query("UPDATE servers SET pg_host = 'db.example.org' WHERE id = $1", [subject]);
});

interface Known {
  oid: number;
  name: string;
  droppedAt?: number;
}
const know = (...databases: Known[]) =>
  pool().query(
    `INSERT INTO server_databases (subject, oid, name, created_at, first_seen_at, dropped_at)
     SELECT $1, oid, name, to_timestamp($2), to_timestamp($2), to_timestamp(("droppedAt" / 1000)::float8)
     FROM jsonb_to_recordset($3) AS new (oid bigint, name text, "droppedAt" float8)`,
    [subject, START / 1_000 - 60, JSON.stringify(databases)],
  );

type Labels = { database: string; oid?: string };
const reading = (
  ts: number,
  labels: Labels,
  { connections = 1, commits }: { connections?: number; commits?: number | null },
): SampleBatch => ({
  ...{ subject, ts, probe: "databases" },
  rows: [{ labels: { ...labels }, values: { connections, commits_per_sec: commits ?? null } }],
});
const size = (ts: number, labels: Labels, bytes: number): SampleBatch => ({
  ...{ subject, ts, probe: "sizes" },
  rows: [{ labels: { ...labels }, values: { size_bytes: bytes } }],
});
const dates = (from: number, to: number) => ({ start_date: from, end_date: to });
const shop = { database: "shop" };

it("is of the last seven days by default, and names the date that is wrong", async () => {
  const { start_date, end_date, aggregation } = await serverHistory(actor, { server });
  expect(Date.parse(end_date) - Date.parse(start_date)).toBe(7 * DAY);
  expect(aggregation).toBe("hour");
  const refused = { code: "invalid", fields: [{ path: "end_date" }] };
  await expect(serverHistory(actor, { server, ...dates(START, START) })).rejects.toMatchObject(refused);
});

it("says what is not there", async () => {
  await know({ oid: 1, name: "shop" });
  const missing = { code: "not_found" };
  await expect(serverHistory(actor, { server: "nowhere" })).rejects.toMatchObject(missing);
  await expect(databaseNow(actor, { server: "no\0where", database: "shop" })).rejects.toMatchObject(missing);
  await expect(databaseHistory(actor, { server, database: "none" })).rejects.toMatchObject(missing);
  await expect(databaseNow(actor, { server, database: "shop", oid: 2 })).rejects.toMatchObject(missing);
  await expect(databaseNow(null, { server, database: "shop" })).rejects.toMatchObject({ code: "unauthenticated" });
});

it("knows nothing of a database that was never read, and makes nothing up", async () => {
  await know({ oid: 1, name: "shop" });
  expect(await databaseHistory(actor, { server, database: "shop" })).toMatchObject({
    ...{ last_stat_update: null, total_connections: null, total_size_mb: null, total_commits: null },
    ...{ max_connections: null, min_connections: null, timeline: [], creation_time: iso(START - 60_000) },
  });
  expect(await serverHistory(actor, { server })).toMatchObject({
    ...{ last_stat_update: null, total_connections: null, total_size_gb: null, connection_timeline: [] },
    databases: [{ name: "shop", exists: true, creation_time: iso(START - 60_000) }],
  });
});

describe("the newest sample", () => {
  const labels = shop;
  it("is what the collector left, whatever the range", async () => {
    await know({ oid: 1, name: "shop" });
    await writeSamples([reading(START, shop, { connections: 99 })]);
    const rows = [
      { labels, values: { connections: 4 } },
      { labels: { database: "till" }, values: { connections: 3 } },
      { labels: {}, values: { all_commits_per_sec: 5 } },
    ];
    await writeLatest(subject, "databases", { rows, facts: { commits: { shop: 1_234 } } });
    const bytes = [2.5 * 1024 ** 3, null, 0.005 * 1024 ** 3];
    const sizes = bytes.map((size_bytes, i) => ({ labels: { database: `d${i}` }, values: { size_bytes } }));
    await writeLatest(subject, "sizes", { rows: [...sizes, { labels, values: { size_bytes: 7.126 * MB } }] });
    const found = await serverHistory(actor, { server, ...dates(START, START + DAY) });
    expect(found).toMatchObject({ total_connections: 7, total_size_gb: 2.51, last_stat_update: expect.any(String) });
    expect(await databaseNow(actor, { server, database: "shop" })).toMatchObject({
      ...{ connections: 4, commits: 1_234, size_mb: 7.13, exists: true, last_update: found.last_stat_update },
    });
  });

  it("is found in history where nothing else is left of a server that is down", async () => {
    await know({ oid: 1, name: "shop" });
    await writeSamples([
      reading(START, shop, { connections: 2 }),
      reading(START + 15 * SECOND, shop, { connections: 3 }),
      size(START + 7 * SECOND, shop, 10 * MB),
    ]);
    await sealHours(START + 3 * HOUR);
    const newest = { total_connections: 3, last_stat_update: iso(START + 15 * SECOND) };
    expect(await serverHistory(actor, { server })).toMatchObject({ ...newest, total_size_gb: 0.01 });
    expect(await databaseHistory(actor, { server, database: "shop" })).toMatchObject({ ...newest, total_size_mb: 10 });
  });
});

it("tells of a database that was dropped and made again, the earlier one by its oid", async () => {
  const droppedAt = START + 40 * SECOND;
  await know({ oid: 7, name: "shop", droppedAt }, { oid: 9, name: "shop" });
  const earlier = { database: "shop", oid: "7" };
  await writeSamples([
    reading(START, earlier, { connections: 20 }),
    reading(START + 15 * SECOND, earlier, { connections: 10, commits: 2 }),
    size(START, earlier, 5 * MB),
    reading(START + 45 * SECOND, shop, { connections: 1 }),
    reading(START + 60 * SECOND, shop, { connections: 3, commits: 4 }),
  ]);
  await writeLatest(subject, "databases", { rows: [{ labels: shop, values: { connections: 3 } }] });
  const range = dates(START, START + HOUR);
  const all = await serverHistory(actor, { server, ...range });
  expect(all.databases).toMatchObject([
    { name: "shop", oid: 9, exists: true, dropped_at: null },
    { name: "shop", oid: 7, exists: false, dropped_at: iso(droppedAt) },
  ]);
  expect(
    all.connection_timeline.map(({ datname, oid, connections, size_gb }) => [datname, oid, connections, size_gb]),
  ).toEqual([
    ["shop", "7", 20, 0],
    ["shop", "7", 10, 0],
    ["shop", undefined, 1, null],
    ["shop", undefined, 3, null],
  ]);
  const now = await databaseHistory(actor, { server, database: "shop", ...range });
  expect(now).toMatchObject({ oid: 9, min_connections: 1, max_connections: 3, total_commits: 60, total_size_mb: null });
  const before = await databaseHistory(actor, { server, database: "shop", oid: 7, ...range });
  expect(before).toMatchObject({ oid: 7, exists: false, total_connections: 10, total_size_mb: 5, total_commits: 30 });
  expect(before.last_stat_update).toBe(iso(START + 15 * SECOND));
});

describe("sizes", () => {
  it("are carried for two measurements, and no further", async () => {
    await know({ oid: 1, name: "shop" });
    const at = (minutes: number) => START + minutes * 60_000;
    const readings = [0, 1, 60, 61, 62, 180].map((minutes) => reading(at(minutes), shop, {}));
    await writeSamples([...readings, size(at(1), shop, 3 * MB), size(at(181), shop, 9 * MB)]);
    const { timeline } = await databaseHistory(actor, { server, database: "shop", ...dates(START, START + DAY) });
    expect(timeline.map(({ size_mb }) => size_mb)).toEqual([null, 3, 3, 3, null, null]);
    const later = await databaseHistory(actor, { server, database: "shop", ...dates(at(30), at(120)) });
    expect(later.timeline.map(({ size_mb }) => size_mb)).toEqual([3, 3, null]);
  });
});

describe("commits", () => {
  const ask = async (from: number, to: number) =>
    databaseHistory(actor, { server, database: "shop", ...dates(from, to) });
  const every = (seconds: number, rates: (number | null)[], from = START) =>
    rates.map((commits, i) => reading(from + i * seconds * SECOND, shop, { commits }));

  it.each([
    ["a rate tells of the time before it", [null, 2, 4], 90],
    ["a reset has none", [null, 2, null, 2], 60],
    ["nothing is known of first readings", [null, null], null],
    ["none were made", [null, 0, 0], 0],
  ])("%s", async (_, rates, expected) => {
    await know({ oid: 1, name: "shop" });
    await writeSamples(every(15, rates));
    expect(await ask(START, START + DAY)).toMatchObject({ aggregation: "raw", total_commits: expected });
    expect(await ask(START, START + 3 * DAY)).toMatchObject({ aggregation: "hour", total_commits: expected });
  });

  it("come from a rate of a longer interval for all of it, from one behind a gap for one interval", async () => {
    await know({ oid: 1, name: "shop" });
    await writeSamples([...every(60, [null, 1, 1, 1]), ...every(15, [2, 2], START + 6 * HOUR)]);
    expect(await ask(START, START + DAY)).toMatchObject({ total_commits: 180 + 30 + 30 });
  });

  it("of the first row are told by the reading before the range", async () => {
    await know({ oid: 1, name: "shop" });
    await writeSamples(every(30, [null, 1, 1, 1], START - 45 * SECOND));
    const found = await ask(START, START + HOUR);
    expect(found.timeline.map(({ commits }) => commits)).toEqual([30, 30]);
  });

  it("of long ranges count an hour for as long as it was read", async () => {
    await know({ oid: 1, name: "shop" });
    const full = Array.from({ length: 240 }, () => 2);
    await writeSamples([...every(15, full), ...every(15, full.slice(0, 60), START + HOUR)]);
    await sealHours(START + 5 * HOUR);
    const found = await ask(START, START + 30 * DAY);
    expect(found).toMatchObject({ aggregation: "4hour", total_commits: 2 * 3_600 + 2 * 900 });
    expect(found.timeline).toMatchObject([{ ts: iso(START), commits: 9_000 }]);
  });
});

describe("rows", () => {
  const value = fc.integer({ min: 0, max: 500 });
  const made = fc.record({
    pause: fc.integer({ min: 5, max: 400 }),
    values: fc.array(fc.option(value, { nil: null, freq: 5 }), { minLength: 3, maxLength: 50 }),
    hours: fc.integer({ min: 1, max: 30 }),
    start: fc.integer({ min: 0, max: 10_000 }),
    seal: fc.boolean(),
    length: fc.constantFrom(DAY, 2 * DAY, 3 * DAY, 14 * DAY, 40 * DAY, 100 * DAY),
    /** Where the range begins, before or within what is stored. */
    shift: fc.integer({ min: -3 * 3_600, max: 20 * 3_600 }),
  });
  const STEP = { raw: 1, hour: HOUR, "4hour": 4 * HOUR, day: DAY } as const;

  it("are means of exactly the samples of the range, by their step", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(made, async ({ pause, values, hours, start, seal, length, shift }) => {
        count += 1;
        subject = await createServerRow(`made-${count}`);
        await know({ oid: 1, name: "shop" });
        const ticks = Math.floor((hours * HOUR) / (pause * SECOND));
        const samples = Array.from({ length: Math.min(ticks, 600) }, (_, i) => ({
          ts: START + start * SECOND + i * pause * SECOND,
          connections: values[i % values.length] ?? null,
        })).flatMap(({ ts, connections }) => (connections === null ? [] : [{ ts, connections }]));
        await writeSamples(samples.map(({ ts, connections }) => reading(ts, shop, { connections })));
        if (seal) await sealHours(START + 3 * DAY);
        const from = START + shift * SECOND;
        const range = dates(from, from + length);
        const found = await serverHistory(actor, { server: `made-${count}`, ...range });
        const inside = samples.filter(({ ts }) => ts >= from && ts < from + length);
        const step = STEP[found.aggregation as keyof typeof STEP];
        const groups = new Map<number, typeof inside>();
        for (const sample of inside) {
          const key = Math.floor(sample.ts / step) * step;
          groups.set(key, [...(groups.get(key) ?? []), sample]);
        }
        const expected = [...groups].map(([ts, group]) => {
          const mean = group.reduce((sum, { connections }) => sum + connections, 0) / group.length;
          return { ts: iso(ts), datname: "shop", connections: Math.round(mean * 100) / 100, size_gb: null };
        });
        expect(found.connection_timeline).toEqual(expected);
        const one = await databaseHistory(actor, { server: `made-${count}`, database: "shop", ...range });
        expect(one.timeline.map(({ ts, connections }) => [ts, connections])).toEqual(
          expected.map(({ ts, connections }) => [ts, connections]),
        );
        const all = inside.map(({ connections }) => connections);
        expect([one.min_connections, one.max_connections]).toEqual(
          all.length > 0 ? [Math.min(...all), Math.max(...all)] : [null, null],
        );
      }),
      { numRuns: 15 },
    );
  });

  it("are samples as long as they are not too many, else steps that say so", async () => {
    const rows = Array.from({ length: 120 }, (_, i) => ({
      labels: { database: `d${String(i).padStart(3, "0")}` },
      values: { connections: i },
    }));
    const stored = [START, START + 2 * DAY - 15 * SECOND].map((ts) => ({ subject, ts, probe: "databases", rows }));
    await writeSamples(stored);
    const all = await serverHistory(actor, { server, ...dates(START, START + 2 * DAY) });
    expect(all).toMatchObject({ aggregation: "5minute", step_seconds: 300 });
    expect(all.connection_timeline).toHaveLength(240);
    expect(all.connection_timeline[1]).toEqual({ ts: iso(START), datname: "d001", connections: 1, size_gb: null });
    // What matters is what is stored, not how long the range is.
    const some = await serverHistory(actor, { server, ...dates(START - 2 * DAY + 2 * HOUR, START + 2 * HOUR) });
    expect(some).toMatchObject({ aggregation: "raw", step_seconds: 0 });
  });
});
