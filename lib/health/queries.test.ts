import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { pool } from "../db";
import { type Actor, systemActor } from "../users/permissions";
import { health, judge, lostSamples, ready, systemMetrics } from "./queries";
import { healthSchema, systemMetricsSchema } from "./schema";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };
let local: number;

beforeAll(async () => {
  local = await createServerRow("local");
});
beforeEach(() => pool().query("TRUNCATE latest, probe_state"));

async function write(subject: number, kind: string, data: unknown, secondsAgo = 1): Promise<void> {
  await pool().query(
    `WITH state AS (
       INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at)
       VALUES ($1, $2, 5, now() - make_interval(secs => $4)) RETURNING 1)
     INSERT INTO latest (subject, kind, ts, data) VALUES ($1, $2, now() - make_interval(secs => $4), $3)`,
    [subject, kind, JSON.stringify(data), secondsAgo],
  );
}

const SELF = { latency_ms: 0.31, db_connections: 96, db_max_connections: 100 };
const writeSelf = () => write(1, "self", { rows: [{ labels: {}, values: SELF }] });

describe("lostSamples", () => {
  it("adds up what the feed tells of the last 24 hours", async () => {
    expect(await lostSamples(viewer)).toBe(0);
    await pool().query(
      `INSERT INTO activity_events (type, severity, message, details, created_at) VALUES
         ('samples_lost', 'error', '-', '{"samples_lost": 40}', now()),
         ('samples_lost', 'error', '-', '{"samples_lost": 2}', now() - interval '23 hours'),
         ('samples_lost', 'error', '-', '{"samples_lost": 500}', now() - interval '25 hours'),
         ('database_back', 'warning', '-', '{"samples_lost": 0}', now())`,
    );
    expect(await lostSamples(viewer)).toBe(42);
    await expect(lostSamples(null)).rejects.toThrow();
  });
});

describe("systemMetrics", () => {
  it("is unknown, with reasons, before anything was collected", async () => {
    const metrics = await systemMetrics(viewer);
    expect(systemMetricsSchema.parse(metrics)).toEqual(metrics);
    expect(metrics).toMatchObject({ cpu_percent: null, latency_ms: null, overall: "unknown" });
    expect(metrics.unavailable).toMatchObject({
      cpu_percent: "Not collected yet",
      db_connections: "Not collected yet",
    });
  });

  it("tells this machine and our database, judged by the thresholds", async () => {
    await writeSelf();
    await write(local, "cpu", { usage_percent: 12.5 });
    await write(local, "memory", { usage_percent: 70 });
    await write(local, "disk", { partitions: { "/": { usage_percent: 55 }, "/data.d": { usage_percent: 99 } } });
    const metrics = await systemMetrics(viewer);
    expect(metrics).toMatchObject({ ...SELF, cpu_percent: 12.5, ram_percent: 70, disk_percent: 55, unavailable: {} });
    expect(metrics.status).toEqual({
      cpu_percent: "healthy",
      ram_percent: "warning",
      disk_percent: "healthy",
      latency_ms: "healthy",
      db_connections: "critical",
    });
    expect(metrics.overall).toBe("critical");
  });

  it("does not show a stale value, nor one the machine does not tell", async () => {
    await write(local, "cpu", { usage_percent: 12.5 }, 60);
    await write(local, "memory", { usage_percent: null, unavailable: { usage_percent: "No /proc here" } });
    await write(local, "disk", { partitions: {} });
    const metrics = await systemMetrics(viewer);
    expect(metrics).toMatchObject({ cpu_percent: null, ram_percent: null, disk_percent: null });
    expect(metrics.unavailable.cpu_percent).toMatch(/^Not collected for \d\d s$/);
    expect(metrics.unavailable).toMatchObject({
      ram_percent: "No /proc here",
      disk_percent: "The machine does not tell it",
    });
  });

  it("refuses who is not signed in", async () => {
    await expect(systemMetrics(null)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("judge", () => {
  it.each([
    [14, 0, null],
    [16, null, "Not collected for 16 s"],
  ])("a value of %d s ago at 5 s intervals", (age, value, reason) => {
    const now = Date.now();
    const collected = { ts: now - age * 1000, intervalSeconds: 5, value: 0, reason: null };
    expect(judge(collected, now)).toEqual({ value, reason });
  });
});

describe("health", () => {
  it("knows the database, the collector and the history of a running system", async () => {
    await writeSelf();
    await expect.poll(health, { timeout: 5_000 }).toMatchObject({ status: "healthy", pools_count: 0 });
    const report = await health();
    expect(healthSchema.parse(report)).toEqual(report);
    expect(await ready()).toBe(true);
  });

  it("is not ready before the collector has ticked, and not while the server stops", async () => {
    await expect.poll(ready, { timeout: 5_000 }).toBe(false);
    await writeSelf();
    await expect.poll(ready, { timeout: 5_000 }).toBe(true);
    const shared = globalThis as { dozorReady?: boolean };
    shared.dozorReady = false;
    expect(await ready()).toBe(false);
    delete shared.dozorReady;
  });

  it("sees samples that were not sealed", async () => {
    await writeSelf();
    await pool().query(
      `WITH part AS (INSERT INTO series_set (subject, probe, part) VALUES ($1, 'cpu', 1) RETURNING id)
       INSERT INTO sample_head (ts, set_id, values) SELECT $2, id, '{1}' FROM part`,
      [local, Date.now() - 80 * 60_000],
    );
    await expect.poll(health, { timeout: 5_000 }).toMatchObject({ status: "degraded" });
    expect(await ready()).toBe(true);
    await pool().query("DELETE FROM sample_head");
  });

  it("asks again although the clock was set back", async () => {
    const before = await health();
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() - 3_600_000);
    onTestFinished(() => void clock.mockRestore());
    await expect.poll(async () => (await health()) !== before, { timeout: 5_000 }).toBe(true);
  });

  it("costs one question however many ask at once", async () => {
    const reports = await Promise.all(Array.from({ length: 50 }, health));
    expect(new Set(reports).size).toBe(1);
  });
});
