import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { HistoryModel } from "../../tests/support/history-model";
import { emptyHistory, historyTables, runAsForetold } from "../../tests/support/history-tables";
import { pool } from "../db";
import { HOUR_MS } from "./hour";
import { applyRetention, type RetentionPolicy } from "./retention";
import { sealHours } from "./seal";
import { transaction } from "./transaction";

useDatabase();
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const WEEK = Date.UTC(2026, 8, 7);
/** Eight days after the end of that week. */
const NOW = WEEK + 15 * DAY_MS;
const POLICY: RetentionPolicy = {
  archiveEnabled: true,
  retentionDays: 30,
  retentionMonths: 12,
  downsampleAfterDays: 7,
  downsampleInterval: "1m",
};
const minutes = (from: number, count: number, every = 20_000) =>
  Array.from({ length: count }, (_, i) => from + i * every);
const run = (policy: Partial<RetentionPolicy> = {}, now = NOW) =>
  applyRetention({ ...POLICY, ...policy }, now, { dryRun: false });
const dry = (policy: Partial<RetentionPolicy> = {}, now = NOW) =>
  applyRetention({ ...POLICY, ...policy }, now, { dryRun: true });

const NAMES = ["sample_data_20260907", "sample_hour_202609", "sample_reduced_20260907"];

let model: HistoryModel;
beforeEach(async () => {
  await emptyHistory();
  model = await HistoryModel.create();
  await model.write([
    ...minutes(WEEK + 5_000, 400),
    ...minutes(WEEK + 2 * DAY_MS, 180),
    ...minutes(WEEK + 7 * DAY_MS - HOUR_MS, 170),
  ]);
  await model.write(minutes(WEEK + 3 * DAY_MS, 90), ["b", "c"]);
  await sealHours(NOW - 10 * HOUR_MS);
});

/** Connections take a database's settings when they are made. */
async function restartPool(): Promise<void> {
  await pool().end();
  (globalThis as { dozorPool?: unknown }).dozorPool = undefined;
}

const runChecked = (policy: Partial<RetentionPolicy> = {}, now = NOW) => runAsForetold({ ...POLICY, ...policy }, now);

describe("applyRetention", () => {
  it.each(["5s", "1m", "5m"] as const)(
    "reduces old weeks to %s: every step keeps its five numbers",
    async (interval) => {
      const result = await runChecked({ downsampleInterval: interval });
      expect(result).toMatchObject({ deletedCount: 0, downsampledCount: 6 });
      expect(await model.check()).toEqual({ head: 0, samples: 0, steps: 12, hour: 0 });
      expect((await historyTables()).filter((name) => name.includes("0907"))).toEqual(["sample_reduced_20260907"]);
    },
  );

  it("leaves the hourly aggregates alone of what is reduced to an hour", async () => {
    const result = await runChecked({ downsampleInterval: "1h" });
    expect(result).toMatchObject({ deletedCount: 0, downsampledCount: 6 });
    expect(result.freedBytes).toBeGreaterThan(0);
    expect(await model.check()).toEqual({ head: 0, samples: 0, steps: 0, hour: 12 });
  });

  it("goes from finer to coarser steps, never back, and from steps to hours", async () => {
    await runChecked({ downsampleInterval: "5s" });
    expect(await runChecked({ downsampleInterval: "1m" })).toMatchObject({ downsampledCount: 6 });
    expect(await runChecked({ downsampleInterval: "5m" })).toMatchObject({ downsampledCount: 6 });
    expect(await runChecked({ downsampleInterval: "1m" })).toMatchObject({ downsampledCount: 0, freedBytes: 0 });
    expect((await model.check()).steps).toBe(12);
    const { rows } = await pool().query("SELECT DISTINCT step_s FROM sample_reduced");
    expect(rows).toEqual([{ step_s: 300 }]);
    expect(await runChecked({ downsampleInterval: "1h" })).toMatchObject({ downsampledCount: 6 });
    expect((await model.check()).hour).toBe(12);
  });

  it("deletes what is finer than an hour at its age, then the aggregates a calendar month at a time", async () => {
    const daysLater = (days: number) => WEEK + (7 + days) * DAY_MS;
    expect(await runChecked({ retentionDays: 30 }, daysLater(30) - 1)).toMatchObject({ deletedCount: 0 });
    expect(await runChecked({ retentionDays: 30 }, daysLater(30))).toMatchObject({
      deletedCount: 6,
      downsampledCount: 0,
    });
    expect((await model.check()).hour).toBe(12);
    const march = Date.UTC(2027, 2, 30, 12);
    expect(await runChecked({ retentionMonths: 6 }, march)).toMatchObject({ deletedCount: 0 });
    expect(await runChecked({ retentionMonths: 6 }, march + 2 * DAY_MS)).toMatchObject({ deletedCount: 6 });
    expect(await historyTables()).not.toContain("sample_hour_202609");
  });

  it("counts as deleted what loses its aggregate in the same run", async () => {
    const result = await runChecked(
      { downsampleInterval: "1h", retentionMonths: 1, retentionDays: 3_650 },
      Date.UTC(2027, 0, 1),
    );
    expect(result).toMatchObject({ deletedCount: 12, downsampledCount: 0 });
  });

  it("does nothing when archiving is off, and nothing to what ended less than a day ago", async () => {
    const tables = await historyTables();
    await run({ archiveEnabled: false, retentionDays: 1 });
    const end = WEEK + 7 * DAY_MS;
    await run({ downsampleAfterDays: 0, retentionDays: 1, downsampleInterval: "1h" }, end + DAY_MS - 1);
    expect(await historyTables()).toEqual(tables);
    await run({ downsampleAfterDays: 0, retentionDays: 1, downsampleInterval: "1h" }, end + DAY_MS);
    expect(await historyTables()).not.toContain("sample_data_20260907");
  });

  it("never drops samples for which no aggregate stands", async () => {
    await pool().query("DELETE FROM sample_hour WHERE hour = $1", [WEEK / HOUR_MS]);
    expect(await dry({ downsampleInterval: "1h" })).toMatchObject({ downsampledCount: 0, freedBytes: 0 });
    expect(await run({ downsampleInterval: "1h" })).toMatchObject({ downsampledCount: 0, freedBytes: 0 });
    expect(await historyTables()).toEqual(expect.arrayContaining(NAMES));
  });

  it("writes down what it did, a dry run nothing", async () => {
    const told = async () => (await pool().query("SELECT * FROM retention")).rows[0];
    const before = await told();
    const foretold = await dry();
    expect(await told()).toEqual(before);
    await run();
    expect(await told()).toMatchObject({
      last_archive_run: new Date(NOW),
      deleted_count: "0",
      downsampled_count: "6",
      freed_bytes: String(foretold.freedBytes),
    });
  });

  it("redoes hours that change while it works, and takes hours that were never sealed before", async () => {
    const late = [WEEK + HOUR_MS - 1_000, WEEK + 5 * DAY_MS + 1_000];
    const [result] = await Promise.all([
      run(),
      (async () => {
        for (let i = 0; i < 3; i++) {
          await model.write(late.map((ts) => ts + i * 50));
          await sealHours(NOW);
        }
      })(),
    ]);
    await model.check();
    // A week that changes all the time is left to the next run.
    const next = await run();
    expect(result.downsampledCount + next.downsampledCount).toBeGreaterThanOrEqual(6);
    expect(await model.check()).toMatchObject({ head: 0, samples: 0, steps: 14, hour: 0 });
  });

  it("refuses a second run at the same time", async () => {
    const results = await Promise.allSettled([run(), run()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
  });

  it("does what it can when a week cannot be read, and says so", async () => {
    await model.write(minutes(WEEK - 3 * DAY_MS, 100));
    await sealHours(NOW - 10 * HOUR_MS);
    await pool().query("UPDATE sample_data SET data = '\\xff' WHERE hour < $1", [WEEK / HOUR_MS]);
    await expect(run()).rejects.toThrow("1 pieces of old history failed");
    expect(await historyTables()).not.toContain("sample_data_20260907");
    expect(await historyTables()).toContain("sample_data_20260831");
    const { rows } = await pool().query("SELECT last_archive_run, downsampled_count FROM retention");
    expect(rows).toEqual([{ last_archive_run: new Date(NOW), downsampled_count: "6" }]);
  });

  it("leaves connections to others, however many dry runs are asked for", async () => {
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, pool().totalCount - pool().idleCount);
    }, 1);
    const foretold = await Promise.all(Array.from({ length: 12 }, () => dry()));
    clearInterval(watching);
    expect(new Set(foretold.map(({ freedBytes }) => freedBytes)).size).toBe(1);
    expect(most).toBeLessThan(4);
  });

  it("is not ended by a server that ends idle transactions", async () => {
    const { rows } = await pool().query("SELECT current_database() AS name");
    await pool().query(`ALTER DATABASE ${rows[0].name} SET idle_in_transaction_session_timeout = '300ms'`);
    await restartPool();
    try {
      const wait = () => new Promise((resolve) => setTimeout(resolve, 1_000));
      await applyRetention(POLICY, NOW, { dryRun: false, begun: wait });
    } finally {
      await pool().query(`ALTER DATABASE ${rows[0].name} RESET idle_in_transaction_session_timeout`);
      await restartPool();
    }
  });

  it("goes on where a run that was cut short has stopped, and drops what another policy left behind", async () => {
    const stop = new AbortController();
    stop.abort(new Error("stopped"));
    await expect(applyRetention(POLICY, NOW, { dryRun: false, signal: stop.signal })).rejects.toThrow("stopped");
    await pool().query("CREATE TABLE sample_reduced_20260907_next300 (LIKE sample_reduced)");
    await pool().query("CREATE TABLE sample_reduced_20260907_of300 ()");
    await runChecked();
    const { rows } = await pool().query("SELECT relname FROM pg_class WHERE relname ~ '_(next|of)[0-9]'");
    expect(rows).toEqual([]);
  });

  it("waits for a long reader without making others wait for itself", async () => {
    let longest = 0;
    let done = false;
    const count = "SELECT count(*) FROM sample_data JOIN sample_hour USING (set_id, hour)";
    const removed = transaction(async (reader) => {
      const { rows } = await reader.query(count);
      const running = run({ downsampleInterval: "1h" }).finally(() => {
        done = true;
      });
      const until = performance.now() + 2_000;
      while (performance.now() < until) {
        const asked = performance.now();
        await pool().query(count);
        longest = Math.max(longest, performance.now() - asked);
      }
      expect(done).toBe(false);
      // And what it has begun to read stays until it ends.
      expect((await reader.query(count)).rows).toEqual(rows);
      return { running };
    }, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
    expect(await (await removed).running).toMatchObject({ downsampledCount: 6 });
    expect(longest).toBeLessThan(1_000);
  });

  it("shows a reader each hour exactly once, whatever is exchanged meanwhile", async () => {
    let done = false;
    const SPEAKS = `SELECT count(*)::int AS hours FROM (SELECT set_id, hour FROM sample_data
      UNION SELECT set_id, hour FROM sample_reduced) spoken`;
    const read = async () => {
      const seen = new Set<number>();
      while (!done) {
        await transaction(async (client) => {
          for (let i = 0; i < 2; i++) seen.add((await client.query(SPEAKS)).rows[0].hours);
        }, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
      }
      return [...seen];
    };
    const change = async () => {
      for (const downsampleInterval of ["5s", "1m", "5m"] as const) await run({ downsampleInterval });
      done = true;
    };
    const [seen] = await Promise.all([read(), change()]);
    expect(seen).toEqual([6]);
  });
});

describe("late samples", () => {
  it.each(["1m", "1h"] as const)("join what %s has left of their hour", async (downsampleInterval) => {
    await run({ downsampleInterval });
    await model.write([WEEK + HOUR_MS - 2_000, WEEK + HOUR_MS - 1_000], ["a", "b", "d"]);
    await model.write([WEEK + 6 * DAY_MS]);
    await sealHours(NOW);
    await model.check();
    await run({ downsampleInterval });
    expect(await model.check()).toMatchObject({ head: 0, samples: 0 });
  });

  it("are reduced further like the others", async () => {
    await run({ downsampleInterval: "5s" });
    await model.write([WEEK + HOUR_MS - 1_000]);
    await sealHours(NOW);
    await run({ downsampleInterval: "5m" });
    expect(await model.check()).toEqual({ head: 0, samples: 0, steps: 12, hour: 0 });
  });
});
