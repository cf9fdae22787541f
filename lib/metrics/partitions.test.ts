import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { HOUR_MS } from "./hour";
import { ensurePartitions, partitionsOf, storedPartitions } from "./partitions";

useDatabase();
const at = (...date: [number, number, number, number]) => Date.UTC(...date) / HOUR_MS;

describe("partitionsOf", () => {
  it.each([
    [at(2026, 10, 22, 23), "20261116", "202611"],
    [at(2026, 10, 23, 0), "20261123", "202611"],
    [at(2027, 0, 1, 0), "20261228", "202701"],
    [0, "19691229", "197001"],
  ])("hour %i: %s and %s", (hour, week, month) => {
    expect(partitionsOf(hour).map(({ name }) => name)).toEqual([
      `sample_data_${week}`,
      `sample_reduced_${week}`,
      `sample_hour_${month}`,
    ]);
  });

  it("gives every hour weeks and a month that meet without gap or overlap", () => {
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

describe("storedPartitions", () => {
  it("tells borders before the epoch, too", async () => {
    await ensurePartitions([0]);
    const found = (await storedPartitions()).find(({ name }) => name === "sample_data_19691229");
    expect(found).toMatchObject({ from: -72, to: 96 });
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
      { name: "sample_reduced_20310505", attstorage: "e" },
      { name: "sample_reduced_20310512", attstorage: "e" },
    ]);
  });

  it("has them a day before they are needed through three years of borders, leap day and clock changes", async () => {
    const EVERY = 12;
    const AHEAD = 24;
    const start = at(2027, 0, 29, 0);
    const end = start + 3 * 366 * 24;
    const dates = new Set<string>();
    await ensurePartitions([start, start + AHEAD]);
    for (let hour = start; hour < end; hour += EVERY) {
      // What is sealed from the last turn to half a day after this one finds its place, even if this turn is late.
      expect(await missingOf(hour, hour + EVERY)).toEqual([]);
      await ensurePartitions([hour, hour + AHEAD]);
      dates.add(new Date(hour * HOUR_MS).toISOString().slice(0, 10));
    }
    expect([...dates]).toEqual(expect.arrayContaining(["2028-02-29", "2027-01-31", "2027-03-28", "2027-10-31"]));
    const stored = (await storedPartitions()).filter(({ from }) => from >= start - 31 * 24 && from <= end);
    for (const parent of ["sample_data", "sample_reduced", "sample_hour"]) {
      const row = stored.filter((partition) => partition.parent === parent);
      expect(row.length).toBeGreaterThan(parent === "sample_hour" ? 36 : 156);
      // No gap, no overlap.
      expect(row.slice(1).map(({ from }) => from)).toEqual(row.slice(0, -1).map(({ to }) => to));
    }
  });
});

/** The partitions of these hours that are not there. */
async function missingOf(from: number, to: number): Promise<string[]> {
  const hours = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const names = [...new Set(hours.flatMap((hour) => partitionsOf(hour).map(({ name }) => name)))];
  const { rows } = await pool().query<{ name: string }>(
    "SELECT name FROM unnest($1::text[]) AS wanted (name) WHERE to_regclass(name) IS NULL",
    [names],
  );
  return rows.map(({ name }) => name);
}
