// The reading part of the API, through the handlers that serve it: who may, what is checked, what comes back.
import { beforeAll, describe, expect, it } from "vitest";
import * as health from "@/app/api/health/route";
import * as snapshots from "@/app/api/history/metrics/route";
import * as types from "@/app/api/history/metrics/types/route";
import * as query from "@/app/api/query/route";
import * as latest from "@/app/api/servers/[name]/latest/route";
import * as servers from "@/app/api/servers/route";
import * as system from "@/app/api/system/metrics/route";
import * as healthz from "@/app/healthz/route";
import * as readyz from "@/app/readyz/route";
import { pool } from "@/lib/db";
import { healthSchema } from "@/lib/health/schema";
import type { Handler } from "@/lib/http/endpoint";
import { writeSamples } from "@/lib/metrics/write";
import { useDatabase } from "../support/database";
import { createServerRow, createUser, signIn, writeLatest } from "../support/live";

useDatabase();

const NOW = Math.floor(Date.now() / 60_000) * 60_000;
let viewer: Record<string, string>;
let newcomer: Record<string, string>;
let local: number;

beforeAll(async () => {
  viewer = (await signIn(await createUser("vera", "viewer"))).headers;
  newcomer = (await signIn(await createUser("new", "admin", true))).headers;
  local = await createServerRow("local");
  const rows = [{ labels: {}, values: { usage_percent: 5 } }];
  await writeSamples([{ subject: local, probe: "cpu", ts: NOW, rows }]);
});

async function ask(handler: Handler, path: string, headers = viewer, params: object = {}) {
  const request = new Request(`http://localhost${path}`, { headers });
  const response = await handler(request, { params: Promise.resolve(params) });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

const PROTECTED: [string, Handler][] = [
  ["/api/servers", servers.GET],
  ["/api/servers/local/latest", latest.GET],
  ["/api/system/metrics", system.GET],
  ["/api/query?metrics=cpu.user", query.GET],
  ["/api/history/metrics?metric_type=cpu", snapshots.GET],
  ["/api/history/metrics/types", types.GET],
];

describe.each(PROTECTED)("%s", (path, handler) => {
  it("asks for a session, and for a changed password", async () => {
    const params = { name: "local" };
    expect(await ask(handler, path, {}, params)).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    const forced = { status: 403, body: { code: "password_change_required" } };
    expect(await ask(handler, path, newcomer, params)).toMatchObject(forced);
    expect((await ask(handler, path, { authorization: "Bearer nonsense" }, params)).status).toBe(401);
  });
});

describe("/api/servers", () => {
  it("lists servers and answers so that nothing is cached", async () => {
    const { status, body, headers } = await ask(servers.GET, "/api/servers");
    expect(status).toBe(200);
    expect(body).toMatchObject([{ name: "local", status: "unknown", has_password: false }]);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("gives the newest values of one, and asks for more of them when told to", async () => {
    await writeLatest(local, "cpu", { usage_percent: 5 });
    const answer = await ask(latest.GET, "/api/servers/local/latest?watch=host", viewer, { name: "local" });
    expect(answer.body).toMatchObject({ server: { name: "local" }, probes: { cpu: { data: { usage_percent: 5 } } } });
    const { rows } = await pool().query("SELECT kind, interval_seconds FROM watch WHERE until > now()");
    expect(rows).toEqual([{ kind: "host", interval_seconds: 1 }]);
  });

  it.each([
    ["/api/servers/nowhere/latest", "nowhere", 404],
    ["/api/servers/local/latest?watch=everything", "local", 422],
  ])("%s", async (path, name, status) => {
    expect((await ask(latest.GET, path, viewer, { name })).status).toBe(status);
  });
});

describe("/api/system/metrics", () => {
  it("is 503 only when nothing can be had", async () => {
    await pool().query("TRUNCATE latest");
    expect((await ask(system.GET, "/api/system/metrics")).status).toBe(503);
    await writeLatest(local, "memory", { usage_percent: 41 });
    expect(await ask(system.GET, "/api/system/metrics")).toMatchObject({
      status: 200,
      body: { ram_percent: 41, cpu_percent: null, status: { ram_percent: "healthy", cpu_percent: "unknown" } },
    });
  });
});

describe("/api/query", () => {
  it("reads what was written, by times of both kinds", async () => {
    const from = new Date(NOW - 60_000).toISOString();
    const path = `/api/query?metrics=cpu.usage_percent&from=${from}&to=${NOW / 1000 + 60}&points=2&agg=avg,last`;
    const { body } = await ask(query.GET, path);
    expect(body).toMatchObject({ step_s: 60, series: [{ avg: [null, 5], last: [null, 5], min: [] }] });
  });

  it.each([
    ["", "metrics"],
    ["metrics=", "metrics"],
    ["metrics=cpu.nothing", "metrics"],
    ["metrics=cpu.user{", "metrics"],
    ["metrics=cpu.user&metrics=cpu.system", "metrics"],
    ["metrics=cpu.user&points=0", "points"],
    ["metrics=cpu.user&points=2001", "points"],
    ["metrics=cpu.user&points=1.5", "points"],
    ["metrics=cpu.user&from=yesterday", "from"],
    ["metrics=cpu.user&from=2026-01-02&to=2026-01-01", "from"],
    ["metrics=cpu.user&server=nowhere", "server"],
    ["metrics=cpu.user&agg=median", "agg.0"],
  ])("refuses ?%s and names the parameter", async (parameters, path) => {
    const { status, body } = await ask(query.GET, `/api/query?${parameters}`);
    expect({ status, paths: body.errors?.map((error: { path: string }) => error.path) }).toEqual({
      status: 422,
      paths: [path],
    });
  });
});

describe("/api/history/metrics", () => {
  it("knows its types, and rebuilds snapshots", async () => {
    expect((await ask(types.GET, "/api/history/metrics/types")).body.metric_types).toContain("cpu");
    const { body } = await ask(snapshots.GET, `/api/history/metrics?metric_type=cpu&end_time=${NOW / 1000 + 60}`);
    expect(body).toMatchObject({ metric_type: "cpu", interval: "raw", count: 1, truncated: false });
    expect(body.data_points[0].data.usage_percent).toBe(5);
  });

  it.each([
    ["", "metric_type"],
    ["metric_type=databases", "metric_type"],
    ["metric_type=cpu&interval=2s", "interval"],
    ["metric_type=cpu&limit=0", "limit"],
    ["metric_type=cpu&limit=10001", "limit"],
    ["metric_type=cpu&aggregate=sum", "aggregate"],
    ["metric_type=cpu&start_time=x", "start_time"],
    ["metric_type=cpu&server=nowhere", "server"],
  ])("refuses ?%s and names the parameter", async (parameters, path) => {
    const { status, body } = await ask(snapshots.GET, `/api/history/metrics?${parameters}`);
    expect({ status, path: body.errors?.[0]?.path }).toEqual({ status: 422, path });
  });
});

describe("health, for everyone", () => {
  it("is 503 while no collector has run, 200 when it has", async () => {
    await expect.poll(async () => (await ask(health.GET, "/api/health", {})).status, { timeout: 5_000 }).toBe(503);
    expect((await ask(readyz.GET, "/readyz", {})).status).toBe(503);
    expect(await ask(healthz.GET, "/healthz", {})).toMatchObject({ status: 200, body: { status: "alive" } });
    await pool().query(
      "INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at) VALUES (1, 'self', 5, now())",
    );
    await expect.poll(async () => (await ask(health.GET, "/api/health", {})).status, { timeout: 5_000 }).toBe(200);
    const { body } = await ask(health.GET, "/api/health", {});
    expect(healthSchema.parse(body)).toEqual(body);
    expect((await ask(readyz.GET, "/readyz", {})).body).toEqual({ status: "ready" });
  });
});
