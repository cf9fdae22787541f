import { beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { HistoryModel } from "../../tests/support/history-model";
import { pool } from "../db";
import { HOUR_MS } from "../metrics/hour";
import { forgetSettings } from "../settings/queries";
import { createHistoryJobs } from "./history-jobs";
import { dropForeignLeases, releaseLeases } from "./lease";

useDatabase();
// At the begin of an hour: a minute later is the same one, whatever the time of day.
const OLD = (Math.floor(Date.now() / HOUR_MS) - 20 * 24) * HOUR_MS;

const holderOf = async () => (await pool().query("SELECT holder FROM lease WHERE name = 'history'")).rows[0]?.holder;
const set = async (key: string, value: unknown) => {
  await pool().query(
    "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [key, JSON.stringify(value)],
  );
  forgetSettings();
};
const lastRun = async (): Promise<Date | null> =>
  (await pool().query("SELECT last_archive_run FROM retention")).rows[0].last_archive_run;
const entries = async () =>
  (await pool().query("SELECT details FROM system_log WHERE source = 'history' ORDER BY id")).rows;

let model: HistoryModel;
beforeEach(async () => {
  await pool().query("DELETE FROM lease; DELETE FROM settings; DELETE FROM system_log");
  await pool().query("UPDATE retention SET last_archive_run = NULL");
  forgetSettings();
  model = await HistoryModel.create();
});

describe("history jobs", () => {
  it("seal on the instance that holds the lease only", async () => {
    const [one, other] = [createHistoryJobs("one"), createHistoryJobs("other")];
    await one.seal();
    expect(await holderOf()).toBe("one");
    await model.write([OLD]);
    await other.seal();
    expect(await model.check()).toMatchObject({ head: 2 });
    await one.seal();
    expect(await model.check()).toMatchObject({ head: 0, samples: 2 });
  });

  it("go over to another instance when the lease runs out, is given back, or its holder cannot be alive", async () => {
    const seal = (holder: string) => createHistoryJobs(holder).seal();
    await seal("one");
    await pool().query("UPDATE lease SET until = now() - interval '1 s' WHERE name = 'history'");
    await seal("two");
    expect(await holderOf()).toBe("two");
    await releaseLeases("two");
    await seal("three");
    expect(await holderOf()).toBe("three");
    await dropForeignLeases("four");
    await seal("four");
    expect(await holderOf()).toBe("four");
    const { rows } = await pool().query(
      "SELECT extract(epoch FROM until - now())::float8 AS left FROM lease WHERE name = 'history'",
    );
    expect(rows[0].left).toBeGreaterThan(25);
    expect(rows[0].left).toBeLessThanOrEqual(30);
  });

  it("clean up by the settings as they are now, and tell what they did", async () => {
    const jobs = createHistoryJobs("one");
    await model.write([OLD, OLD + 60_000]);
    await jobs.seal();
    for (const key of ["archive_enabled", "cleanup_enabled"]) {
      await set(key, false);
      await jobs.retain();
      expect(await lastRun()).toBeNull();
      await set(key, true);
    }
    await set("downsample_interval", "1m");
    await jobs.retain();
    expect(await model.check()).toMatchObject({ samples: 0, steps: 2 });
    const [entry] = await entries();
    expect(entry?.details).toMatchObject({ deleted_count: 0, downsampled_count: expect.any(Number) });
    expect(entry?.details.downsampled_count).toBeGreaterThan(0);
  });

  it("clean up again when the interval has passed since the last run, and say nothing when nothing was to do", async () => {
    const jobs = createHistoryJobs("one");
    await jobs.retain();
    const first = await lastRun();
    await jobs.retain();
    expect(await lastRun()).toEqual(first);
    await pool().query("UPDATE retention SET last_archive_run = now() - interval '61 minutes'");
    await jobs.retain();
    expect((await lastRun())?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? Infinity);
    expect((await entries()).length).toBeLessThanOrEqual(1);
    await set("cleanup_interval_minutes", 10_080);
    await pool().query("UPDATE retention SET last_archive_run = now() - interval '6 days'");
    const before = await lastRun();
    await jobs.retain();
    expect(await lastRun()).toEqual(before);
  });

  it("wait for a day where the last clean-up seems too long ago: the clock may be wrong", async () => {
    let elapsed = 0;
    const jobs = createHistoryJobs("one", () => elapsed);
    await pool().query("UPDATE retention SET last_archive_run = now() - interval '31 days'");
    const before = await lastRun();
    for (elapsed of [0, 60_000, 86_399_999]) await jobs.retain();
    expect(await lastRun()).toEqual(before);
    elapsed = 86_400_000;
    await jobs.retain();
    expect(Date.now() - ((await lastRun())?.getTime() ?? 0)).toBeLessThan(60_000);
  });

  it("wait no longer where they are made anew each minute, as cron does", async () => {
    await pool().query("UPDATE retention SET last_archive_run = now() - interval '31 days'");
    const before = await lastRun();
    await createHistoryJobs("one", () => 0, 86_399_999).retain();
    expect(await lastRun()).toEqual(before);
    await createHistoryJobs("one", () => 0, 86_400_000).retain();
    expect(Date.now() - ((await lastRun())?.getTime() ?? 0)).toBeLessThan(60_000);
  });

  it("do not wait for a time in the future at which a wrong clock cleaned up", async () => {
    await pool().query("UPDATE retention SET last_archive_run = now() + interval '10 years'");
    await createHistoryJobs("one").retain();
    expect(Date.now() - ((await lastRun())?.getTime() ?? 0)).toBeGreaterThanOrEqual(0);
  });

  it("clean nothing up by a default in the place of what another version stored", async () => {
    await set("retention_days", 20_000);
    await expect(createHistoryJobs("one").retain()).rejects.toThrow("retention_days");
    expect(await lastRun()).toBeNull();
  });

  it("clean nothing up by a clock that differs from the database's", async () => {
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 2 * HOUR_MS);
    await expect(createHistoryJobs("one").retain()).rejects.toThrow("differ by more than an hour");
    vi.restoreAllMocks();
    expect(await lastRun()).toBeNull();
  });

  it("do not begin after the stop, and leave a run by hand alone", async () => {
    const stopped = createHistoryJobs("one");
    stopped.stop();
    await stopped.retain();
    expect([await lastRun(), await holderOf()]).toEqual([null, undefined]);
    const other = await pool().connect();
    await other.query("BEGIN");
    await other.query("SELECT pg_advisory_xact_lock($1)", [0x72657461]);
    await createHistoryJobs("two").retain();
    expect(await lastRun()).toBeNull();
    await other.query("ROLLBACK");
    other.release();
  });
});
