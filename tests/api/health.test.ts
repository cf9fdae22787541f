// Health and system metrics when something fails: a collector that stops, sealing that is late, a database that is away.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as live from "@/app/api/health/live/route";
import * as ready from "@/app/api/health/ready/route";
import * as health from "@/app/api/health/route";
import * as system from "@/app/api/system/metrics/route";
import { pool } from "@/lib/db";
import { provideEnv } from "@/lib/env";
import { type Health, healthSchema, systemMetricsSchema } from "@/lib/health/schema";
import type { Handler } from "@/lib/http/endpoint";
import { startTestDatabase, TEST_ENVIRONMENT, type TestDatabase } from "../support/database";
import { createServerRow, createUser, signIn } from "../support/live";

let database: TestDatabase;
let viewer: Record<string, string>;
let local: number;
let stopped = false;

beforeAll(async () => {
  database = await startTestDatabase({ dedicated: true });
  provideEnv({ DATABASE_URL: database.url, ...TEST_ENVIRONMENT });
  viewer = (await signIn(await createUser("vera", "viewer"))).headers;
  local = await createServerRow("local");
});
afterAll(async () => {
  await pool().end();
  if (!stopped) await database.stop();
});

async function ask(handler: Handler, headers: Record<string, string> = {}) {
  const response = await handler(new Request("http://localhost:3000/api/health", { headers }));
  return { status: response.status, body: await response.json(), text: JSON.stringify(response.headers) };
}

/** An answer is kept for a second. */
const healthIs = (expected: object) =>
  vi.waitFor(async () => expect(await ask(health.GET)).toMatchObject(expected), 5_000);
const stateOf = (body: Health, name: string) => body.dependencies.find((one) => one.name === name);

const collectorRan = (secondsAgo: number) =>
  pool().query(
    `INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at)
     VALUES (1, 'self', 5, now() - make_interval(secs => $1))
     ON CONFLICT (subject, probe) DO UPDATE SET last_run_at = excluded.last_run_at`,
    [secondsAgo],
  );

describe("health", () => {
  it("is 503 until the collector ticks, while the process is alive", async () => {
    await healthIs({ status: 503, body: { status: "unhealthy" } });
    expect(await ask(ready.GET)).toMatchObject({ status: 503, body: { status: "not_ready" } });
    expect(await ask(live.GET)).toMatchObject({ status: 200, body: { status: "alive" } });
  });

  it("is healthy then, with the latency of its database, its version and its pools", async () => {
    await collectorRan(1);
    await healthIs({ status: 200, body: { status: "healthy" } });
    const { body } = await ask(health.GET);
    expect(healthSchema.parse(body)).toEqual(body);
    expect(body.dependencies.map(({ name }: { name: string }) => name)).toEqual(["database", "collector", "history"]);
    expect(stateOf(body, "database")).toMatchObject({ status: "healthy", latency_ms: expect.any(Number) });
    expect(body).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), pools_count: 0 });
    expect(body.uptime_seconds).toBeLessThanOrEqual(Math.ceil(process.uptime()));
    expect(await ask(ready.GET)).toMatchObject({ status: 200, body: { status: "ready" } });
  });

  it("is degraded, and still ready, when the collector is late; unhealthy when it stands still", async () => {
    await collectorRan(60);
    await healthIs({ status: 200, body: { status: "degraded" } });
    expect(stateOf((await ask(health.GET)).body, "collector")).toMatchObject({ status: "degraded" });
    expect((await ask(ready.GET)).status).toBe(200);
    await collectorRan(400);
    await healthIs({ status: 503, body: { status: "unhealthy" } });
    expect((await ask(ready.GET)).status).toBe(503);
    await collectorRan(1);
  });

  it("is degraded when sealing is late", async () => {
    await pool().query(
      `WITH part AS (INSERT INTO series_set (subject, probe, part) VALUES ($1, 'cpu', 1) RETURNING id)
       INSERT INTO sample_head (ts, set_id, values) SELECT $2, id, '{1}' FROM part`,
      [local, Date.now() - 90 * 60_000],
    );
    await healthIs({ status: 200, body: { status: "degraded" } });
    expect(stateOf((await ask(health.GET)).body, "history")).toMatchObject({
      status: "degraded",
      message: "90 min of samples wait to be sealed",
    });
    expect((await ask(ready.GET)).status).toBe(200);
    await pool().query("DELETE FROM sample_head");
  });
});

describe("system metrics", () => {
  it("are 503 when nothing can be had, and whole with reasons when something can", async () => {
    expect(await ask(system.GET, viewer)).toMatchObject({ status: 503, body: { code: "unavailable" } });
    await pool().query("INSERT INTO latest (subject, kind, ts, data) VALUES ($1, 'cpu', now(), $2)", [
      local,
      { usage_percent: 90 },
    ]);
    const { status, body } = await ask(system.GET, viewer);
    expect(status).toBe(200);
    expect(systemMetricsSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      ...{ cpu_percent: 90, ram_percent: null, disk_percent: null, latency_ms: null, db_connections: null },
      status: { cpu_percent: "critical", ram_percent: "unknown" },
      overall: "critical",
      unavailable: { ram_percent: "Not collected yet", db_max_connections: "Not collected yet" },
    });
    expect(body.unavailable.cpu_percent).toBeUndefined();
    expect((await ask(system.GET)).status).toBe(401);
  });
});

describe("while the database is away", () => {
  it("health is 503 and tells nothing of where it was; the process is alive; metrics are 503", async () => {
    const { port } = new URL(database.url);
    await database.stop();
    stopped = true;
    await healthIs({ status: 503, body: { status: "unhealthy", pools_count: 0 } });
    const { body } = await ask(health.GET);
    expect(healthSchema.parse(body)).toEqual(body);
    for (const { status } of body.dependencies) expect(status).toBe("unhealthy");
    expect(stateOf(body, "database")).toMatchObject({ latency_ms: null, message: "does not answer" });
    expect(JSON.stringify(body)).not.toMatch(new RegExp(`ECONN|127\\.0\\.0\\.1|localhost|postgres|${port || "5432"}`));
    expect(await ask(ready.GET)).toMatchObject({ status: 503, body: { status: "not_ready" } });
    expect((await ask(live.GET)).status).toBe(200);
    const metrics = await ask(system.GET, viewer);
    expect(metrics).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(JSON.stringify(metrics.body)).not.toMatch(/ECONN|127\.0\.0\.1/);
  });
});
