import { beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { env, provideEnv } from "../env";
import { readRaw } from "./read";
import { PART_SIZE } from "./slots";
import { type SampleBatch, writeSamples } from "./write";

useDatabase();
const NOW = Date.UTC(2026, 10, 16, 12);
let subject = 0;

const batch = (values: Record<string, number | null>, over: Partial<SampleBatch> = {}): SampleBatch => ({
  subject,
  probe: "cpu",
  ts: NOW,
  rows: [{ labels: {}, values }],
  ...over,
});
const named = (prefix: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, i]));
const stored = async (metric: string, labels?: Record<string, string>) => {
  const range = { subject, selectors: [{ metric, labels }], from: NOW - 60_000, to: NOW + 60_000, limit: 100 };
  return (await readRaw(range)).series.map((series) => ({ labels: series.labels, values: series.values }));
};
const query = async (sql: string) => (await pool().query(sql, [subject])).rows;

beforeEach(async () => {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
});

describe("writeSamples", () => {
  it("stores what a tick gave in one row per part, without what was not measured", async () => {
    await writeSamples([batch({ usage_percent: 12.5, steal: null }), batch({ used: 7 }, { probe: "memory" })]);
    expect(await stored("cpu.usage_percent")).toEqual([{ labels: {}, values: [12.5] }]);
    expect(await stored("memory.used")).toEqual([{ labels: {}, values: [7] }]);
    expect(await stored("cpu.steal")).toEqual([]);
    expect(await query("SELECT FROM sample_head JOIN series_set ON id = set_id WHERE subject = $1")).toHaveLength(2);
  });

  it("keeps every double as it is, NaN apart from no sample", async () => {
    const odd = [NaN, Infinity, -Infinity, -0, Number.MIN_VALUE, 0.1 + 0.2];
    await writeSamples([batch(Object.fromEntries(odd.map((value, i) => [`m${i}`, value])))]);
    const values = await Promise.all(odd.map(async (_, i) => (await stored(`cpu.m${i}`))[0]?.values[0]));
    expect(values).toEqual(odd);
  });

  it("merges what is written again for one time: newer values win, missing ones stay", async () => {
    await writeSamples([batch({ a: 1, b: 2 })]);
    await writeSamples([batch({ a: 5, b: null, c: 3 }), batch({ d: 4 })]);
    const all = await Promise.all(["a", "b", "c", "d"].map((name) => stored(`cpu.${name}`)));
    expect(all.map(([series]) => series?.values)).toEqual([[5], [2], [3], [4]]);
  });

  it("takes labels in any order for one series, and other labels for another", async () => {
    await writeSamples([
      batch({}, { rows: [{ labels: { mount: "/", device: "sda" }, values: { used: 1 } }] }),
      batch({}, { ts: NOW + 1, rows: [{ labels: { device: "sda", mount: "/" }, values: { used: 2 } }] }),
      batch({}, { rows: [{ labels: { mount: "/".repeat(4_000), device: "sdb" }, values: { used: 3 } }] }),
    ]);
    expect(await stored("cpu.used", { mount: "/" })).toEqual([
      { labels: { mount: "/", device: "sda" }, values: [1, 2] },
    ]);
    expect(await stored("cpu.used", { device: "sdb" })).toEqual([
      { labels: { mount: "/".repeat(4_000), device: "sdb" }, values: [3] },
    ]);
    expect(await stored("cpu.used", { device: "sdc" })).toEqual([]);
  });

  it("cuts many series into parts, fills the last one first and never moves a series", async () => {
    await writeSamples([batch(named("a", PART_SIZE + 10))]);
    const before = await query("SELECT metric, set_id, slot FROM series WHERE subject = $1 ORDER BY metric");
    await writeSamples([batch(named("b", PART_SIZE), { ts: NOW + 1 })]);
    const parts = await query(
      "SELECT part, count(*)::int FROM series_set JOIN series ON set_id = id WHERE series_set.subject = $1 GROUP BY 1 ORDER BY 1",
    );
    expect(parts).toEqual([
      { part: 0, count: PART_SIZE },
      { part: 1, count: PART_SIZE },
      { part: 2, count: 10 },
    ]);
    const after = await query("SELECT metric, set_id, slot FROM series WHERE subject = $1 ORDER BY metric");
    expect(after).toEqual(expect.arrayContaining(before));
    expect((await stored("cpu.b63"))[0]?.values).toEqual([63]);
  });

  it("writes more than one statement carries", async () => {
    const ticks = Array.from({ length: 400 }, (_, i) => batch(named("m", 60), { ts: NOW - i }));
    await writeSamples(ticks);
    const range = { subject, selectors: [{ metric: "cpu.m59" }], from: NOW - 1_000, to: NOW + 1, limit: 1_000 };
    expect((await readRaw(range)).series[0]?.values).toEqual(Array(400).fill(59));
  });

  it("merges row by row what is there already, in one statement with what is new", async () => {
    const wide = (ts: number, values: Record<string, number | null>) => batch(values, { ts });
    await writeSamples([wide(NOW, { a: 1, b: NaN, c: -0 })]);
    await writeSamples([wide(NOW, { a: null, b: null, c: Infinity }), wide(NOW + 1, { a: 2, b: null, c: 3 })]);
    expect((await stored("cpu.a"))[0]?.values).toEqual([1, 2]);
    expect((await stored("cpu.b"))[0]?.values).toEqual([NaN]);
    expect((await stored("cpu.c"))[0]?.values).toEqual([Infinity, 3]);
  });

  it("places values by their names and labels, in whatever order and number they come", async () => {
    const rows = (...entries: [device: string, values: Record<string, number | null>][]) =>
      entries.map(([device, values]) => ({ labels: { device }, values }));
    await writeSamples([batch({}, { rows: rows(["sda", { r: 1, w: 2 }], ["sdb", { r: 3, w: 4 }]) })]);
    await writeSamples([batch({}, { ts: NOW + 1, rows: rows(["sdb", { w: 6, r: 5 }], ["sda", { w: 8, r: null }]) })]);
    await writeSamples([batch({}, { ts: NOW + 2, rows: rows(["sdb", { r: 9 }]) })]);
    const of = async (metric: string, device: string) => (await stored(`cpu.${metric}`, { device }))[0]?.values;
    expect([await of("r", "sda"), await of("w", "sda")]).toEqual([[1], [2, 8]]);
    expect([await of("r", "sdb"), await of("w", "sdb")]).toEqual([
      [3, 5, 9],
      [4, 6],
    ]);
  });

  it("waits for the server's word before it sends samples through a pooler", async () => {
    vi.stubEnv("DATABASE_DIRECT_URL", env().DATABASE_URL);
    provideEnv({});
    try {
      await writeSamples([batch({ a: 1 })]);
      await writeSamples([batch({ a: 2 }), batch({ a: 3 }, { ts: NOW + 1 })]);
      expect(await stored("cpu.a")).toEqual([{ labels: {}, values: [2, 3] }]);
    } finally {
      vi.unstubAllEnvs();
      provideEnv({});
    }
  });

  it("gives new places to series whose parts were deleted, within a minute", async () => {
    await writeSamples([batch({ a: 1 })]);
    await query("DELETE FROM series WHERE subject = $1");
    await query("DELETE FROM series_set WHERE subject = $1");
    const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 61_000);
    await writeSamples([batch({ a: 2 })]);
    clock.mockRestore();
    expect(await stored("cpu.a")).toEqual([{ labels: {}, values: [2] }]);
  });

  it.each([1.5, -1, NaN, 8.64e15])("refuses the time %s as bad data, which no waiting heals", async (ts) => {
    await expect(writeSamples([batch({ a: 1 }, { ts })])).rejects.toMatchObject({ code: "22008" });
  });

  it("refuses an unknown subject with PostgreSQL's own code", async () => {
    await expect(writeSamples([batch({ a: 1 }, { subject: 1_000_000 })])).rejects.toMatchObject({ code: "23503" });
  });
});

describe("several writers", () => {
  it("give each new series one place, whoever comes first", async () => {
    // Fresh copies of the modules remember no places, as in another process.
    const writers = await Promise.all(
      [1, 2, 3, 4].map(() => {
        vi.resetModules();
        return import("./write");
      }),
    );
    const writes = Array.from({ length: 12 }, (_, i) =>
      writers[i % 4]?.writeSamples([batch({ ...named("m", 40 + 5 * i), last: i }, { ts: NOW + i })]),
    );
    await Promise.all(writes);
    const series = await query("SELECT metric FROM series WHERE subject = $1");
    expect(new Set(series.map(({ metric }) => metric)).size).toBe(96);
    expect(series).toHaveLength(96);
    expect((await stored("cpu.last"))[0]?.values).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });
});
