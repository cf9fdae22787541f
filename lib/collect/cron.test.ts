import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { registerServer } from "../../tests/support/fleet";
import { startTestServer, type TestServer } from "../../tests/support/server";
import { pool } from "../db";
import { collectOnce } from "./cron";
import { watchedBefore } from "./cron-watched";
import { claim } from "./lease";

useDatabase();
let target: TestServer;
let server = 0;
const shared = globalThis as { dozorShutdown?: (() => Promise<void>)[] };
const count = async (sql: string, values: unknown[] = []): Promise<number> =>
  Number((await pool().query(sql, values)).rows[0].count);

beforeAll(async () => {
  target = await startTestServer();
  server = await registerServer("orders", `${target.address}/postgres`);
  const intervals = [60, 60].map((seconds, index) => [
    ["collect_interval", "sampling_interval_seconds"][index],
    seconds,
  ]);
  for (const [key, seconds] of intervals)
    await pool().query("INSERT INTO settings (key, value) VALUES ($1, to_jsonb($2::int))", [key, seconds]);
});
afterAll(() => target.stop());
beforeEach(() => pool().query("DELETE FROM lease"));

describe("collecting once", () => {
  it("asks everything twice, so that rates are known, stores it, and leaves nothing behind", async () => {
    const report = await collectOnce({ seconds: 10 });
    expect(report).toMatchObject({ status: "collected", complete: true, servers: 1, failed: 0, lost: 0 });
    expect(report.samples).toBeGreaterThan(100);
    const { rows } = await pool().query(
      "SELECT data#>>'{rows,0,values,commits_per_sec}' AS rate FROM latest WHERE subject = $1 AND kind = 'databases'",
      [server],
    );
    expect(Number(rows[0]?.rate)).toBeGreaterThanOrEqual(0);
    expect(rows[0]?.rate).not.toBeNull();
    expect(await count("SELECT count(*) FROM lease")).toBe(0);
    expect(await count("SELECT count(*) FROM sample_head")).toBeGreaterThan(0);
    const sessions =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dozor-listen' AND datname = current_database()";
    await expect.poll(() => count(sessions)).toBe(0);
    expect(shared.dozorShutdown).toEqual([]);
  });

  it("is done by one of two calls, which passes over servers that another instance asks; the other one is told so", async () => {
    // Cron has called for a day, and history was not cleaned up for a month: a clock that is wrong would have been noticed.
    await pool().query("UPDATE retention SET last_archive_run = now() - interval '31 days'");
    await watchedBefore();
    await pool().query(
      "UPDATE latest SET data = jsonb_build_object('since', extract(epoch FROM now()) - 90000) WHERE kind = 'cron'",
    );
    await claim("somebody", [`server:${server}`, "server:1"]);
    const reports = await Promise.all([collectOnce({ seconds: 10 }), collectOnce({ seconds: 10 })]);
    expect(reports.sort((a, b) => b.duration_ms - a.duration_ms)).toMatchObject([
      { status: "collected", complete: true, servers: 0, runs: 0 },
      { status: "busy", complete: false, runs: 0, duration_ms: 0 },
    ]);
    expect(await count("SELECT count(*) FROM lease WHERE holder = 'somebody'")).toBe(2);
    expect(await count("SELECT count(*) FROM retention WHERE last_archive_run > now() - interval '1 minute'")).toBe(1);
  });

  it("ends at once, with everything given back, when its process has to end", async () => {
    const began = performance.now();
    const call = collectOnce({ seconds: 45 });
    await expect.poll(() => count("SELECT count(*) FROM lease WHERE name LIKE 'server:%'")).toBeGreaterThan(0);
    await shared.dozorShutdown?.[0]?.();
    expect(await call).toMatchObject({ status: "collected" });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await count("SELECT count(*) FROM lease")).toBe(0);
  });
});

describe("channels between two calls", () => {
  it("are watched from the first call of a row, and anew after a call that is missing", async () => {
    const known = (ago: string) =>
      pool().query(
        `UPDATE latest SET ts = now() - interval '${ago}', data = jsonb_build_object('since', extract(epoch FROM now() - interval '10 minutes'))
         WHERE kind = 'cron'`,
      );
    await watchedBefore();
    await known("100 s");
    expect(await watchedBefore()).toBeCloseTo(600_000, -4);
    await known("200 s");
    expect(await watchedBefore()).toBeLessThan(1_000);
  });
});
