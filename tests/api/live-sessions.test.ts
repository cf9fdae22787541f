// Live activity from end to end: a real target, a collector, and people who look over HTTP.
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as live from "@/app/api/live/sessions/route";
import * as serverStats from "@/app/api/server_stats/[name]/route";
import { startCollector } from "@/lib/collect";
import { pool } from "@/lib/db";
import { provideEnv } from "@/lib/env";
import { liveSessions } from "@/lib/fleet/sessions";
import { type LiveSessions, liveSessionsSchema, sessionStatsSchema } from "@/lib/fleet/sessions-schema";
import { directLane } from "@/lib/http/direct";
import { hearChanges } from "@/lib/remembered";
import { forgetSettings } from "@/lib/settings/queries";
import { systemActor } from "@/lib/users/permissions";
import { useDatabase } from "../support/database";
import { registerServer } from "../support/fleet";
import { createServerRow } from "../support/live";
import { people, useRegistry } from "../support/registry";
import { startTestServer, type TestServer } from "../support/server";

useDatabase();
useRegistry();

const MARK = "c4n4ry";
const folder = mkdtempSync(path.join(tmpdir(), "dozor-live-sessions-"));
const patient = { timeout: 15_000, interval: 50 };
let target: TestServer;
let till: pg.Client;
let stopCollector = async (): Promise<void> => {};
let stopHearing: () => Promise<void>;
let site: http.Server;
let shop = 0;

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  target = await startTestServer();
  await openTill();
  await till.query("CREATE EXTENSION pg_stat_statements");
  await pool().query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  stopHearing = await hearChanges();
  const direct = directLane({ "/api/live/sessions": live.GET });
  site = http.createServer((request, response) => void direct(request, response)).listen(0, "127.0.0.1");
});
afterAll(async () => {
  await Promise.all([stopCollector(), stopHearing(), till.end().catch(() => {})]);
  site.close();
  await target.stop();
  rmSync(folder, { recursive: true });
});

async function openTill(): Promise<void> {
  till = new pg.Client({ connectionString: `${target.address}/postgres`, application_name: "till" });
  till.on("error", () => {});
  await till.connect();
}

async function look(headers: Record<string, string>, query = "every=1", server = "shop") {
  const { port } = site.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/api/live/sessions?server=${server}&${query}`, { headers });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as LiveSessions };
}
const rowsOf = async (table: string) => (await pool().query(`SELECT * FROM ${table}`)).rows;
const tillOf = ({ sessions }: LiveSessions) => sessions.find((session) => session.application_name === "till");

const CALLS = `SELECT coalesce(sum(calls), 0)::int AS n FROM pg_stat_statements
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query LIKE $1`;

/** How often the target was asked, and our database read, so far. */
async function counted(): Promise<{ asked: number; read: number }> {
  const counter = new pg.Client({ connectionString: `${target.address}/postgres` });
  await counter.connect();
  const asked = await counter.query(CALLS, ["WITH me AS%pg_blocking_pids%"]);
  await counter.end();
  return { asked: asked.rows[0].n, read: await readings() };
}

async function readings(): Promise<number> {
  return (await pool().query(CALLS, ["SELECT ts, data FROM live_sessions%"])).rows[0].n;
}

/** As if everybody had left long ago. */
const leave = () => pool().query("UPDATE watch SET until = now() - interval '1 s'; NOTIFY dozor_watch");

it("says who cannot be asked, and that nobody has told anything while no collector runs", async () => {
  shop = await registerServer("shop", `${target.address}/postgres`);
  await createServerRow("machine");
  expect(await look(people.viewer, "", "machine")).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect((await look(people.viewer, "", "nowhere")).status).toBe(404);
  expect((await look(people.viewer, "every=3")).status).toBe(422);
  expect((await look({})).status).toBe(401);
  const told = await liveSessions(systemActor(), "shop", { waitMs: 150 });
  expect(told).toMatchObject({ server: "shop", ts: null, sessions: [], total: 0, trouble: null, can_end: true });
  const gone = AbortSignal.abort();
  const began = performance.now();
  await liveSessions(systemActor(), "shop", { signal: gone });
  expect(performance.now() - began).toBeLessThan(2_000);
  const before = await readings();
  const wait = (_: unknown, at: number) =>
    sleep(4 * at).then(() => liveSessions(systemActor(), "shop", { waitMs: 1_000 }));
  await Promise.all(Array.from({ length: 20 }, wait));
  // As often as for one.
  expect((await readings()) - before).toBeLessThan(20);
  await pool().query("DELETE FROM servers; DELETE FROM watch");
});

it("tells everybody of sessions, and literals only to those who may read them", { timeout: 60_000 }, async () => {
  await pool().query("INSERT INTO live_sessions VALUES (4711, now(), '{}')");
  shop = await registerServer("shop", `${target.address}/postgres`);
  stopCollector = await startCollector({ exclusive: true });
  await expect.poll(() => rowsOf("live_sessions"), patient).toEqual([]);
  expect((await counted()).asked).toBe(0);
  await till.query(`SELECT '${MARK}', 'o''${MARK}', E'\\'${MARK}' /* ${MARK} */, $$${MARK}$$, 1 AS "name" -- ${MARK}`);
  await expect
    .poll(async () => tillOf((await look(people.viewer)).body)?.query, patient)
    .toBe('SELECT ?, ?, ?  , ?, ? AS "name"');
  const [viewer, operator] = [await look(people.viewer), await look(people.operator)];
  expect(viewer.text).not.toContain(MARK);
  expect(liveSessionsSchema.strict().parse(viewer.body)).toMatchObject({ masked: true, can_end: false, trouble: null });
  expect(liveSessionsSchema.strict().parse(operator.body)).toMatchObject({ masked: false, can_end: true });
  expect(tillOf(operator.body)).toMatchObject({
    state: "idle",
    usename: "dozor",
    query: expect.stringContaining(MARK),
  });
  expect(operator.body.total).toBe(operator.body.sessions.length);
  await pool().query("INSERT INTO settings (key, value) VALUES ('allow_session_cancel', 'false')");
  forgetSettings();
  expect((await look(people.operator)).body.can_end).toBe(false);
});

it("tells older clients the same, each as much as they may know", async () => {
  const ask = async (headers: Record<string, string>, name = "shop") => {
    const request = new Request(`http://localhost/api/server_stats/${name}`, { headers });
    const response = await serverStats.GET(request, { params: Promise.resolve({ name }) });
    return { status: response.status, text: await response.text() };
  };
  shop = await registerServer("shop", `${target.address}/postgres`);
  await pool().query("NOTIFY dozor_servers");
  await till.query(`SELECT '${MARK}'`);
  const viewer = await ask(people.viewer);
  const { queries } = sessionStatsSchema.parse(JSON.parse(viewer.text));
  expect(queries.find(({ application_name }) => application_name === "till")).toMatchObject({
    ...{ pid: expect.any(Number), usename: "dozor", datname: "postgres", query: "SELECT ?", state: "idle" },
  });
  expect(queries.some(({ own }) => own)).toBe(false);
  expect(viewer.text).not.toContain(MARK);
  expect((await ask(people.operator)).text).toContain(MARK);
  expect((await ask(people.operator, "nowhere")).status).toBe(404);
});

it("asks once a second for 20 who look each second, and keeps nothing of it", { timeout: 60_000 }, async () => {
  shop = await registerServer("shop", `${target.address}/postgres`);
  await pool().query("NOTIFY dozor_servers");
  await expect.poll(async () => (await look(people.viewer)).body.ts, patient).not.toBeNull();
  await till.query(`SELECT '${MARK}'`);
  const before = await counted();
  const began = performance.now();
  const within = (ms: number) => performance.now() - began < ms;
  const viewer = async () => {
    const seen = new Set<string | null>();
    // A server that takes long to answer is given a rest of three times as long: a busy machine needs longer for three answers.
    while (within(4_000) || (seen.size < 3 && within(30_000))) {
      seen.add((await look(people.viewer)).body.ts);
      await sleep(1_000);
    }
    return seen.size;
  };
  const seen = await Promise.all(Array.from({ length: 20 }, viewer));
  const seconds = (performance.now() - began) / 1_000;
  const after = await counted();
  expect(after.asked - before.asked).toBeGreaterThanOrEqual(2);
  expect(after.asked - before.asked).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  // Once for each change that somebody looked after, whoever looks.
  expect(after.read - before.read).toBeLessThanOrEqual(2 * (after.asked - before.asked) + 2);
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify(await rowsOf("live_sessions"))).toContain(MARK);
  for (const table of ["latest", "probe_state", "run", "series", "system_log", "activity_events", "audit_log"]) {
    expect(JSON.stringify(await rowsOf(table)), table).not.toContain(MARK);
  }
  expect((await rowsOf("latest")).map(({ kind }) => kind)).not.toContain("sessions");
  expect((await rowsOf("probe_state")).map(({ probe }) => probe)).not.toContain("sessions");
  await leave();
  await expect.poll(() => rowsOf("live_sessions"), patient).toEqual([]);
  const left = await counted();
  await sleep(1_500);
  expect((await counted()).asked).toBe(left.asked);
});

it("keeps what was told, with its time, beside why nothing newer comes; and takes it away when paused", {
  timeout: 60_000,
}, async () => {
  shop = await registerServer("shop", `${target.address}/postgres`);
  await pool().query("NOTIFY dozor_servers");
  await expect.poll(async () => (await look(people.operator)).body.ts, patient).not.toBeNull();
  await target.halt();
  await expect
    .poll(async () => (await look(people.operator)).body.trouble?.code, patient)
    .toMatch(/refused|unreachable/);
  const told = (await look(people.operator)).body;
  expect(tillOf(told)).toBeDefined();
  expect(Date.now() - Date.parse(told.ts ?? "")).toBeGreaterThan(0);
  await target.resume();
  await openTill();
  await expect.poll(async () => (await look(people.operator)).body.trouble, patient).toBeNull();
  await pool().query("UPDATE servers SET enabled = false WHERE id = $1", [shop]);
  await pool().query("SELECT pg_notify('dozor_servers', $1)", [String(shop)]);
  await expect.poll(() => rowsOf("live_sessions"), patient).toEqual([]);
  expect((await look(people.operator)).body).toMatchObject({ ts: null, sessions: [], trouble: { code: "paused" } });
});

it("goes on with another instance that takes the server over", { timeout: 60_000 }, async () => {
  shop = await registerServer("shop", `${target.address}/postgres`);
  await pool().query("NOTIFY dozor_servers");
  const at = async () => Date.parse((await look(people.viewer)).body.ts ?? "");
  await expect.poll(at, patient).toBeGreaterThan(0);
  const spool = mkdtempSync(path.join(tmpdir(), "dozor-live-sessions-"));
  provideEnv({ DATA_DIR: spool });
  const stopOther = await startCollector({ exclusive: false });
  await stopCollector();
  stopCollector = async () => {
    await stopOther();
    rmSync(spool, { recursive: true });
  };
  const stopped = Date.now();
  await expect.poll(at, patient).toBeGreaterThan(stopped);
  expect(await rowsOf("live_sessions")).toHaveLength(1);
  await stopCollector();
  stopCollector = async () => {};
  expect(await rowsOf("live_sessions")).toEqual([]);
});
