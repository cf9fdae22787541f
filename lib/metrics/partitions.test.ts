import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { HOUR_MS } from "./hour";
import { ensurePartitions, partitionsOf } from "./partitions";

useDatabase();
const at = (...date: [number, number, number, number]) => Date.UTC(...date) / HOUR_MS;

describe("partitionsOf", () => {
  it.each([
    [at(2026, 10, 22, 23), "sample_data_20261116", "sample_hour_202611"],
    [at(2026, 10, 23, 0), "sample_data_20261123", "sample_hour_202611"],
    [at(2027, 0, 1, 0), "sample_data_20261228", "sample_hour_202701"],
    [0, "sample_data_19691229", "sample_hour_197001"],
  ])("hour %i: %s and %s", (hour, week, month) => {
    expect(partitionsOf(hour).map(({ name }) => name)).toEqual([week, month]);
  });

  it("gives every hour one week and one month that meet without gap or overlap", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), (hour) => {
        for (const { from, to, parent } of partitionsOf(hour)) {
          expect(from <= hour && hour < to).toBe(true);
          expect(partitionsOf(to).find((next) => next.parent === parent)?.from).toBe(to);
        }
      }),
    );
  });
});

describe("ensurePartitions", () => {
  it("creates each once, however many ask, with the storage of its parent", async () => {
    const hours = [at(2031, 4, 5, 6), at(2031, 4, 12, 6)];
    await Promise.all(Array.from({ length: 6 }, () => ensurePartitions(hours)));
    const { rows } = await pool().query(
      `SELECT inhrelid::regclass::text AS name, attstorage::text FROM pg_inherits
       JOIN pg_attribute ON attrelid = inhrelid AND attname IN ('data', 'agg')
       WHERE inhrelid::regclass::text ~ '_2031' ORDER BY 1`,
    );
    expect(rows).toEqual([
      { name: "sample_data_20310505", attstorage: "e" },
      { name: "sample_data_20310512", attstorage: "e" },
      { name: "sample_hour_203105", attstorage: "p" },
    ]);
  });
});
