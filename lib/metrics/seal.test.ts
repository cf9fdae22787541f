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
