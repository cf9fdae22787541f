import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { DAY_HOURS, DAY_MS, dayOf, mergeHours } from "./day";
import { type Aggregate, aggregate, decodeHour, HOUR_MS } from "./hour";
import { storedPartitions } from "./partitions";
import { readSeries } from "./read";
import { dropPartitions } from "./retention-tables";
import { sealHours } from "./seal";
import { transaction } from "./transaction";
import { writeSamples } from "./write";

useDatabase();
/** Across the end of a month. */
const START = Date.UTC(2026, 10, 28);
const DAYS = 5;
const END = START + DAYS * DAY_MS;
const SEALABLE = END + HOUR_MS;
let subject = 0;

const write = (samples: readonly (readonly [ts: number, value: number, metric?: string])[]) =>
  writeSamples(
    samples.map(([ts, value, metric = "a"]) => ({
      ...{ subject, probe: "p", ts },
      rows: [{ labels: {}, values: { [metric]: value } }],
    })),
  );
/** A sample each ten minutes of whole numbers, so that sums are the same in any order; the third day is left out. */
const history = () =>
  Array.from({ length: DAYS * 144 }, (_, i) => [START + i * 600_000, ((i * 37) % 101) - 50] as const).filter(
    ([ts]) => Math.floor((ts - START) / DAY_MS) !== 2,
  );
const byDays = async (days = 1) =>
  (
    await readSeries({
      ...{ subject, selectors: [{ metric: "p.a" }, { metric: "p.b" }], from: START, to: END },
      stepSeconds: (days * DAY_MS) / 1000,
    })
  ).series.map(({ metric, avg, min, max, last }) => ({ metric, avg, min, max, last }));
const rolled = async (): Promise<number[]> =>
  (
    await pool().query("SELECT day FROM sample_day JOIN series_set ON id = set_id WHERE subject = $1 ORDER BY day", [
      subject,
    ])
  ).rows.map(({ day }) => day - dayOf(START / HOUR_MS));
/** The same question, answered from hours alone. */
async function byHours(): ReturnType<typeof byDays> {
  const kept = await pool().query("WITH gone AS (DELETE FROM sample_day RETURNING *) SELECT * FROM gone");
  const answer = await byDays();
  for (const { set_id, day, agg } of kept.rows)
    await pool().query("INSERT INTO sample_day VALUES ($1, $2, $3)", [set_id, day, agg]);
  return answer;
}

beforeEach(async () => {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
});

describe("days", () => {
  it("are rolled up when their last hour is sealed, and say the same as their hours", async () => {
    await write(history());
    await sealHours(START + 30 * HOUR_MS);
    expect(await rolled()).toEqual([0]);
    await sealHours(SEALABLE);
    expect(await rolled()).toEqual([0, 1, 3, 4]);
    const days = await byDays();
    expect(days[0]?.avg).toHaveLength(DAYS);
    expect(days[0]?.avg[2]).toBeNull();
    expect(days).toEqual(await byHours());
    expect((await byDays(2))[0]?.max).toEqual(expect.arrayContaining([50]));
  });

  it("are read instead of hours: nothing else is asked of those that are rolled up", async () => {
    await write(history());
    await sealHours(SEALABLE);
    const before = await byDays();
    await pool().query("DELETE FROM sample_hour USING series_set WHERE id = set_id AND subject = $1", [subject]);
    expect(await byDays()).toEqual(before);
  });

  it("count what comes late at once, before it is sealed and after", async () => {
    await write(history());
    await sealHours(SEALABLE);
    const late = START + DAY_MS + 5 * HOUR_MS + 1;
    await write([[late, 1_000]]);
    expect((await byDays())[0]?.max[1]).toBe(1_000);
    await sealHours(SEALABLE);
    expect((await byDays())[0]?.max[1]).toBe(1_000);
    expect(await rolled()).toEqual([0, 1, 3, 4]);
    expect(await byDays()).toEqual(await byHours());
  });

  it("count what comes late into an hour of which aggregates are left", async () => {
    await write(history());
    await sealHours(SEALABLE);
    await pool().query("DELETE FROM sample_data USING series_set WHERE id = set_id AND subject = $1", [subject]);
    await write([[START + 3 * HOUR_MS + 7, -1_000]]);
    await sealHours(SEALABLE);
    expect((await byDays())[0]?.min[0]).toBe(-1_000);
    expect(await byDays()).toEqual(await byHours());
  });

  it("hold series that joined in the middle of them", async () => {
    await write(history());
    await write([[START + 20 * HOUR_MS, 7, "b"]]);
    await sealHours(SEALABLE);
    const [, joined] = await byDays();
    expect(joined).toEqual({
      ...{ metric: "p.b", avg: [7, null, null, null, null], min: [7, null, null, null, null] },
      ...{ max: [7, null, null, null, null], last: [7, null, null, null, null] },
    });
  });

  it("go with the month of their hours", async () => {
    await write(history());
    await sealHours(SEALABLE);
    const november = (await storedPartitions()).filter(({ name }) => name === "sample_hour_202611");
    await transaction((client) => dropPartitions(client, november));
    expect(await rolled()).toEqual([3, 4]);
    expect((await byDays())[0]?.avg.slice(0, 3)).toEqual([null, null, null]);
  });

  it("come to the same in any cut of their samples into hours", () => {
    const value = fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 5 }), { maxLength: DAY_HOURS }), (hours) => {
        const aggregates = hours.map((values): Aggregate[] => [aggregate(Float64Array.from(values))]);
        const all = aggregate(Float64Array.from(hours.flat()));
        expect(mergeHours(aggregates)).toEqual(hours.length === 0 ? [] : [all]);
      }),
    );
  });

  it("are written in the shape of hours", async () => {
    await write(history());
    await sealHours(SEALABLE);
    const { rows } = await pool().query(
      "SELECT agg FROM sample_day JOIN series_set ON id = set_id WHERE subject = $1 ORDER BY day",
      [subject],
    );
    const day = history()
      .filter(([ts]) => ts < START + DAY_MS)
      .map(([, value]) => value);
    expect(decodeHour(rows[0].agg)).toEqual([aggregate(Float64Array.from(day))]);
  });
});
