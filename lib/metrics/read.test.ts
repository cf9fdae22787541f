import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { findSeries, storedHours } from "./fetch";
import { HOUR_MS, hourOf } from "./hour";
import { readRaw, readSeries } from "./read";
import { sealHours } from "./seal";
import { type SampleBatch, writeSamples } from "./write";

useDatabase();
const START = Date.UTC(2026, 10, 16);
let subject = 0;

/** Three hours, the first two sealed: a value every 10 s on two disks, `odd` on one of them only. */
beforeAll(async () => {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
  const batches = Array.from(
    { length: 1_080 },
    (_, i): SampleBatch => ({
      subject,
      probe: "disk",
      ts: START + i * 10_000,
      rows: [
        { labels: { device: "sda", kind: "ssd" }, values: { busy: i, odd: [NaN, 1, Infinity, 3][i % 4] ?? null } },
        { labels: { device: "sdb", kind: "ssd" }, values: { busy: i % 2 ? 2 * i : null } },
      ],
    }),
  );
  await writeSamples(batches);
  await sealHours(START + 2 * HOUR_MS + 120_000);
});

const read = (over: Partial<Parameters<typeof readSeries>[0]> = {}) =>
  readSeries({ subject, selectors: [{ metric: "disk.busy" }], from: START, to: START + 3 * HOUR_MS, ...over });
const raw = (over: Partial<Parameters<typeof readRaw>[0]> = {}) =>
  readRaw({
    subject,
    selectors: [{ metric: "disk.busy" }],
    from: START,
    to: START + 3 * HOUR_MS,
    limit: 5_000,
    ...over,
  });

describe("storedHours", () => {
  it("names the hour of a range that lies between two samples, sealed or not: a step may reach beyond it", async () => {
    const series = await findSeries(pool(), subject, [{ metric: "disk.busy" }]);
    for (const hour of [1, 2]) {
      const from = START + hour * HOUR_MS + 4_000;
      expect(await storedHours(pool(), { series, from, to: from + 20 })).toEqual([hourOf(START) + hour]);
    }
  });
});

describe("readSeries", () => {
  it("finds all series of a metric, or those with the labels asked for, each once", async () => {
    const devices = async (...labels: (Record<string, string> | undefined)[]) => {
      const selectors = labels.map((one) => ({ metric: "disk.busy", labels: one }));
      return (await read({ selectors })).series.map((series) => series.labels.device);
    };
    expect(await devices(undefined)).toEqual(["sda", "sdb"]);
    expect(await devices({ device: "sdb" })).toEqual(["sdb"]);
    expect(await devices({ kind: "ssd" })).toEqual(["sda", "sdb"]);
    expect(await devices({ device: "sdb", kind: "ssd" }, undefined)).toEqual(["sdb", "sda"]);
    expect(await devices({ device: "sdc" }, { kind: "ssd", more: "" })).toEqual([]);
  });

  it("gives steps of minutes across sealed hours and head", async () => {
    const { stepSeconds, ts, series } = await read({
      from: START + HOUR_MS - 60_000,
      to: START + HOUR_MS + 60_000,
      stepSeconds: 60,
    });
    expect(stepSeconds).toBe(60);
    expect(ts).toEqual([START / 1000 + 3_540, START / 1000 + 3_600]);
    expect(series[0]).toMatchObject({ avg: [356.5, 362.5], min: [354, 360], max: [359, 365], last: [359, 365] });
    expect(series[1]).toMatchObject({ avg: [714, 726], min: [710, 722] });
  });

  it("gives whole hours from aggregates and the open one from the head", async () => {
    const { ts, series } = await read({ stepSeconds: 3_600 });
    expect(ts).toHaveLength(3);
    expect(series[0]).toMatchObject({ min: [0, 360, 720], max: [359, 719, 1_079], last: [359, 719, 1_079] });
    expect(series[0]?.avg).toEqual([179.5, 539.5, 899.5]);
  });

  it("reads aggregates alone for whole hours: a year never decodes a sample", async () => {
    const client = await pool().connect();
    await client.query("ALTER TABLE sample_data RENAME TO sample_data_away");
    await client.query("CREATE TABLE sample_data (set_id int, hour int, offs int[], data bytea)");
    const { series } = await read({ stepSeconds: 7_200 });
    await client.query("DROP TABLE sample_data");
    await client.query("ALTER TABLE sample_data_away RENAME TO sample_data");
    client.release();
    expect(series[0]?.max).toEqual([719, 1_079]);
  });

  it("counts neither NaN nor infinities, and shows a step without any other value as empty", async () => {
    const [odd] = (await read({ selectors: [{ metric: "disk.odd" }], stepSeconds: 20, to: START + 40_000 })).series;
    expect(odd).toMatchObject({ avg: [1, 3], min: [1, 3], max: [1, 3], last: [1, 3] });
    const [fine] = (await read({ selectors: [{ metric: "disk.odd" }], stepSeconds: 10, to: START + 40_000 })).series;
    expect(fine?.avg).toEqual([null, 1, null, 3]);
  });

  it("gives only the values that are asked for, each once, and to each of several at once their own", async () => {
    const [some, all] = await Promise.all([
      read({ stepSeconds: 3_600, aggregates: ["max", "avg", "max"] }),
      read({ stepSeconds: 3_600 }),
    ]);
    const { avg, max } = all.series[0] ?? {};
    expect(avg).toHaveLength(3);
    expect(some.series[0]).toMatchObject({ avg, max, min: [], last: [] });
  });

  it("is empty where nothing was stored, and knows no series that is not there", async () => {
    const early = await read({ from: START - 2 * HOUR_MS, to: START - HOUR_MS, stepSeconds: 1_800 });
    expect(early.series.map(({ avg }) => avg)).toEqual([
      [null, null],
      [null, null],
    ]);
    expect((await read({ selectors: [{ metric: "disk.none" }] })).series).toEqual([]);
    expect((await read({ subject: subject + 1 })).series).toEqual([]);
  });

  it.each([
    ["an empty period", { from: START, to: START }, "bad_request"],
    ["a time that is none", { from: Number.NaN }, "bad_request"],
    ["a step below a second", { stepSeconds: 0.5 }, "bad_request"],
    ["a century by the second", { to: START + 3e12, stepSeconds: 1 }, "too_large"],
  ])("refuses %s", async (_, over, code) => {
    await expect(read(over)).rejects.toMatchObject({ code });
  });
});

describe("readSeries of nothing", () => {
  it("refuses more steps than an answer may have, also where there is no series", async () => {
    const asked = read({ selectors: [{ metric: "disk.no_such" }], from: 0, to: 4e12, stepSeconds: 1 });
    await expect(asked).rejects.toMatchObject({ code: "too_large" });
  });
});

describe("readRaw", () => {
  it("gives every stored value at its time, null where a series has none", async () => {
    const { ts, series, truncated } = await raw({ from: START + 10_000, to: START + 40_000 });
    expect(ts).toEqual([10, 20, 30].map((seconds) => START / 1000 + seconds));
    expect(series.map(({ values }) => values)).toEqual([
      [1, 2, 3],
      [2, null, 6],
    ]);
    expect(truncated).toBe(false);
    const [odd] = (await raw({ selectors: [{ metric: "disk.odd" }], to: START + 40_000 })).series;
    expect(odd?.values).toEqual([NaN, 1, Infinity, 3]);
  });

  it("keeps the newest when there are more than asked for", async () => {
    const { ts, series, truncated } = await raw({
      limit: 400,
      selectors: [{ metric: "disk.busy", labels: { device: "sda" } }],
    });
    expect(truncated).toBe(true);
    expect(series[0]?.values).toEqual(Array.from({ length: 400 }, (_, i) => 680 + i));
    expect(ts[0]).toBe(START / 1000 + 6_800);
    expect(await raw({ limit: 1_080 })).toMatchObject({ truncated: false });
    expect(await raw({ limit: 1_079 })).toMatchObject({ truncated: true });
  });
});
