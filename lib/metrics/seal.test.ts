import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { HOUR_MS, hourOf } from "./hour";
import { readRaw, readSeries } from "./read";
import { sealHours } from "./seal";
import { writeSamples } from "./write";

useDatabase();
const START = Date.UTC(2026, 10, 29, 22);
const AFTER_GRACE = 120_000;
let subject = 0;

/** A sample every minute from `from` for `hours`; the value is the minute's number. */
async function writeMinutes(from: number, hours: number, metrics = ["a", "b"]): Promise<void> {
  const ticks = Array.from({ length: hours * 60 }, (_, minute) => ({
    subject,
    probe: "p",
    ts: from + minute * 60_000,
    rows: [{ labels: {}, values: Object.fromEntries(metrics.map((metric) => [metric, minute])) }],
  }));
  await writeSamples(ticks);
}

const named = (width: number) => Object.fromEntries(Array.from({ length: width }, (_, i) => [`m${i}`, i]));
const count = async (table: string) =>
  (
    await pool().query(`SELECT count(*)::int AS rows FROM ${table} JOIN series_set ON id = set_id WHERE subject = $1`, [
      subject,
    ])
  ).rows[0].rows;
const contents = async () =>
  (
    await pool().query(
      `SELECT d.set_id, d.hour, d.offs, d.data, h.agg FROM sample_data d JOIN sample_hour h USING (set_id, hour)
       JOIN series_set ON id = set_id WHERE subject = $1 ORDER BY hour`,
      [subject],
    )
  ).rows;
const values = async () =>
  (await readRaw({ subject, selectors: [{ metric: "p.a" }], from: START, to: START + 48 * HOUR_MS, limit: 10_000 }))
    .series[0]?.values;

beforeEach(async () => {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
});

describe("sealHours", () => {
  it("turns complete hours into one row each, two minutes after their end", async () => {
    await writeMinutes(START, 3);
    await sealHours(START + 2 * HOUR_MS + AFTER_GRACE - 1);
    expect([await count("sample_head"), await count("sample_data")]).toEqual([120, 1]);
    expect(await sealHours(START + 2 * HOUR_MS + AFTER_GRACE)).toEqual({ sets: 1, samples: 120 });
    expect([await count("sample_head"), await count("sample_data"), await count("sample_hour")]).toEqual([60, 2, 2]);
    expect(await values()).toEqual(Array.from({ length: 180 }, (_, i) => i));
  });

  it("crosses weeks and months, and has the next ones ready a day before", async () => {
    const sunday = Date.UTC(2027, 1, 28, 12);
    const partitions = async () =>
      (
        await pool().query(
          "SELECT relname FROM pg_class WHERE relname ~ '^sample_.*_2027' AND relkind = 'r' ORDER BY 1",
        )
      ).rows.map(({ relname }) => relname);
    await writeMinutes(sunday, 20, ["a"]);
    await sealHours(sunday - 2 * HOUR_MS);
    expect(await partitions()).toEqual([
      ...["sample_data_20270222", "sample_data_20270301"],
      ...["sample_hour_202702", "sample_hour_202703"],
      ...["sample_reduced_20270222", "sample_reduced_20270301"],
    ]);
    await sealHours(sunday + 20 * HOUR_MS + AFTER_GRACE);
    expect([await count("sample_head"), await count("sample_data"), await count("sample_hour")]).toEqual([0, 20, 20]);
  });

  it("done twice changes nothing", async () => {
    await writeMinutes(START, 2);
    await sealHours(START + 3 * HOUR_MS);
    const before = await contents();
    expect(await sealHours(START + 3 * HOUR_MS)).toEqual({ sets: 0, samples: 0 });
    await writeMinutes(START, 2);
    await sealHours(START + 3 * HOUR_MS);
    expect(await contents()).toEqual(before);
  });

  it("merges late samples and late series into the sealed hour", async () => {
    await writeMinutes(START, 1);
    await sealHours(START + 2 * HOUR_MS);
    await writeSamples([
      { subject, probe: "p", ts: START + 30_000, rows: [{ labels: {}, values: { a: 1_000 } }] },
      { subject, probe: "p", ts: START + 60_000, rows: [{ labels: { of: "late" }, values: { a: 5 } }] },
    ]);
    await sealHours(START + 2 * HOUR_MS);
    expect(await count("sample_head")).toBe(0);
    const read = await readSeries({
      subject,
      selectors: [{ metric: "p.a" }],
      from: START,
      to: START + HOUR_MS,
      stepSeconds: 3_600,
    });
    expect(read.series).toMatchObject([
      { labels: {}, max: [1_000], min: [0], last: [59] },
      { labels: { of: "late" }, max: [5], min: [5] },
    ]);
  });

  it("leaves a failed hour in the head, whole, and seals the others", async () => {
    await writeMinutes(START, 1);
    await sealHours(START + 2 * HOUR_MS);
    await pool().query(
      "UPDATE sample_data SET data = '\\xff' WHERE set_id IN (SELECT id FROM series_set WHERE subject = $1)",
      [subject],
    );
    await writeMinutes(START + 1_000, 2);
    await expect(sealHours(START + 3 * HOUR_MS)).rejects.toThrow("1 of 2 hours could not be sealed");
    const { rows } = await pool().query(
      "SELECT ts / $2::bigint AS hour, count(*)::int FROM sample_head JOIN series_set ON id = set_id WHERE subject = $1 GROUP BY 1",
      [subject, HOUR_MS],
    );
    expect(rows).toEqual([{ hour: String(hourOf(START)), count: 60 }]);
    expect(await count("sample_data")).toBe(2);
    await pool().query("DELETE FROM sample_head; DELETE FROM sample_data");
  });

  it("leaves a subject alone that another process is sealing", async () => {
    await writeMinutes(START, 1);
    const other = await pool().connect();
    await other.query("BEGIN");
    await other.query("SELECT pg_advisory_xact_lock($1, $2)", [0x7365616c, subject]);
    expect(await sealHours(START + 2 * HOUR_MS)).toEqual({ sets: 0, samples: 0 });
    await other.query("COMMIT");
    other.release();
    expect(await sealHours(START + 2 * HOUR_MS)).toEqual({ sets: 1, samples: 120 });
  });

  it("stops at once when told to, with every hour whole, and goes on later", async () => {
    await writeMinutes(START, 40);
    const stop = new AbortController();
    const sealing = sealHours(START + 41 * HOUR_MS, stop.signal);
    while ((await count("sample_data")) < 2) await sleep(1);
    stop.abort();
    const { samples } = await sealing;
    const left = await count("sample_head");
    expect(samples + 2 * left).toBe(40 * 120);
    expect(left % 60).toBe(0);
    expect(left).toBeGreaterThan(0);
    expect((await sealHours(START + 41 * HOUR_MS)).samples).toBe(2 * left);
    expect(await values()).toEqual(Array.from({ length: 40 * 60 }, (_, i) => i % (40 * 60)));
  });

  it("lets others run every few milliseconds, however much a part holds", async () => {
    const width = 64;
    await writeSamples([{ subject, probe: "wide", ts: START, rows: [{ labels: {}, values: named(width) }] }]);
    await pool().query(
      `INSERT INTO sample_head SELECT $1::bigint + 500 * tick, set.id, noise.values
       FROM series_set AS set, generate_series(1, 7199) AS tick,
         LATERAL (SELECT array_agg(tick * slot % 1009 + tick / 8.0) AS values FROM generate_series(1, $3::int) AS slot) AS noise
       WHERE set.subject = $2`,
      [START, subject, width],
    );
    let most = 0;
    const start = process.cpuUsage();
    let before = start;
    // Processor time between two turns: other processes on this machine do not count.
    const turns = setInterval(() => {
      const { user } = process.cpuUsage(before);
      most = Math.max(most, user / 1000);
      before = process.cpuUsage();
    }, 1);
    const { samples } = await sealHours(START + 2 * HOUR_MS);
    clearInterval(turns);
    expect(samples).toBe(7_200 * width);
    // Putting the rows together is one piece; coding the columns, which takes most of the time, is many.
    expect(most).toBeLessThan(process.cpuUsage(start).user / 1000 / 2);
  });

  it("drops what was written for parts that no longer exist, once their hour is over", async () => {
    await writeMinutes(START, 2);
    await pool().query("DELETE FROM series WHERE subject = $1", [subject]);
    const gone = await pool().query("DELETE FROM series_set WHERE subject = $1 RETURNING id", [subject]);
    const orphans = async () =>
      (await pool().query("SELECT FROM sample_head WHERE set_id = ANY ($1)", [gone.rows.map(({ id }) => id)])).rowCount;
    expect(await orphans()).toBe(120);
    expect(await sealHours(START + HOUR_MS + AFTER_GRACE)).toEqual({ sets: 0, samples: 0 });
    expect(await orphans()).toBe(60);
    await sealHours(START + 3 * HOUR_MS);
    expect(await orphans()).toBe(0);
  });

  it("loses nothing and doubles nothing while others write, seal and read", async () => {
    const written = Array.from({ length: 30 }, (_, i) => i);
    const write = async () => {
      for (const i of written) await writeMinutes(START + i * 1_000, 1, ["a"]);
    };
    const seal = async () => {
      for (let i = 0; i < 15; i++) await sealHours(START + 2 * HOUR_MS);
    };
    const seen: number[] = [];
    const read = async () => {
      for (let i = 0; i < 30; i++) seen.push((await values())?.length ?? 0);
    };
    await Promise.all([write(), seal(), seal(), read()]);
    expect(await values()).toHaveLength(1_800);
    // A reader never sees fewer samples than before: nothing vanishes between head and sealed hour.
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});
