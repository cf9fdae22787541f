// Cancelling and ending sessions of a watched server: from the request over the collector to the signal, and what is written down.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as cancel from "@/app/api/server/[name]/sessions/[pid]/cancel/route";
import * as terminate from "@/app/api/server/[name]/sessions/[pid]/terminate/route";
import { verifyChain } from "@/lib/audit/verification";
import { startCollector } from "@/lib/collect/index";
import { pool } from "@/lib/db";
import { provideEnv } from "@/lib/env";
import { endSessionResultSchema } from "@/lib/fleet/sessions-schema";
import type { Handler } from "@/lib/http/endpoint";
import { useDatabase } from "../support/database";
import { registerServer } from "../support/fleet";
import { createUser, eventually, signIn } from "../support/live";
import { startTestServer, type TestServer } from "../support/server";

useDatabase();

const CANARY = "canary-of-a-query-71c4";
const folders: string[] = [];
const collectors: (() => Promise<void>)[] = [];
const clients: pg.Client[] = [];
let watched: TestServer;
let admin: pg.Client;
let shop = 0;
let operator: Record<string, string> = {};

/** Starts an instance and waits for it to ask all that it may. */
async function collect(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "dozor-ending-"));
  folders.push(folder);
  provideEnv({ DATA_DIR: folder });
  collectors.push(await startCollector({ exclusive: false }));
}

/** A connection of a role to the watched server; `till` is its application. */
async function connect(user: string): Promise<pg.Client> {
  const { hostname, port } = new URL(watched.address);
  const client = new pg.Client({
    ...{ host: hostname, port: Number(port), user, password: "right-horse", database: "postgres" },
    application_name: "till",
  });
  client.on("error", () => {});
  await client.connect();
  clients.push(client);
  return client;
}

interface Victim {
  client: pg.Client;
  pid: number;
  backend_start: string;
  slept: Promise<string | undefined>;
}

const BEGAN = `SELECT pid, to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS backend_start
  FROM pg_stat_activity`;

/** Somebody who sleeps, with a query that must be told nowhere. */
async function victim(): Promise<Victim> {
  const client = await connect("clerk");
  const { rows } = await client.query(`${BEGAN} WHERE pid = pg_backend_pid()`);
  const slept = client.query(`SELECT pg_sleep(60), '${CANARY}'`).then(
    () => undefined,
    (error: pg.DatabaseError) => error.code,
  );
  await eventually(async () => {
    const found = await admin.query("SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", [
      rows[0].pid,
    ]);
    expect(found.rowCount).toBe(1);
  });
  return { client, ...rows[0], slept };
}

const lives = async (pid: number) =>
  (await admin.query("SELECT FROM pg_stat_activity WHERE pid = $1", [pid])).rowCount === 1;

/** Asks a route about a session. */
async function ask(route: { POST: Handler }, { pid, ...body }: { pid: unknown }, headers = operator, name = "shop") {
  const { client: _, slept: __, ...sent } = body as Partial<Victim>;
  const request = new Request("http://localhost/api/server/shop/sessions/1/cancel", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(sent),
  });
  const response = await route.POST(request, { params: Promise.resolve({ name, pid: String(pid) }) });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const requests = async () =>
  (await pool().query("SELECT verb, taken_at IS NOT NULL AS taken, result FROM session_request ORDER BY id")).rows;
const audited = async () =>
  (await pool().query("SELECT event_type, actor, target_name, details FROM audit_log ORDER BY id")).rows;
const told = async () => (await pool().query("SELECT type, severity, message, details FROM activity_events")).rows;

beforeAll(async () => {
  watched = await startTestServer({ max_connections: "14", superuser_reserved_connections: "3" });
  admin = new pg.Client({ connectionString: `${watched.address}/postgres` });
  await admin.connect();
  await admin.query(`
    CREATE ROLE guard LOGIN PASSWORD 'right-horse' IN ROLE pg_monitor, pg_signal_backend;
    CREATE ROLE seer LOGIN PASSWORD 'right-horse' IN ROLE pg_monitor;
    CREATE ROLE clerk LOGIN PASSWORD 'right-horse'`);
  const as = (role: string) => watched.address.replace(/\/\/.*@/, `//${role}:right-horse@`).concat("/postgres");
  shop = await registerServer("shop", as("guard"));
  await registerServer("blind", as("seer"));
  operator = (await signIn(await createUser("olga", "operator"))).headers;
});
beforeEach(async () => {
  await pool().query("TRUNCATE audit_log, audit_anchor, system_log, activity_events, session_request, throttle");
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end().catch(() => {})));
});
afterAll(async () => {
  await Promise.all(collectors.map((stop) => stop()));
  await admin.end();
  await watched.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

it("nobody who collects: it is told after 8 s, and what was asked is never done, also when somebody begins to", async () => {
  const one = await victim();
  const answer = await ask(terminate, one);
  expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect(answer.body.detail).toMatch(/Nobody collects .* nothing was done/);
  expect(await requests()).toEqual([{ verb: "terminate", taken: true, result: null }]);
  expect(await audited()).toMatchObject([{ event_type: "session_terminate", details: { outcome: "not_taken" } }]);
  expect(await told()).toEqual([]);

  await collect();
  await eventually(async () => {
    const asked = await pool().query("SELECT FROM latest WHERE subject = $1 AND kind = 'activity'", [shop]);
    expect(asked.rowCount).toBe(1);
  });
  await pool().query("SELECT pg_notify('dozor_end_session', id::text) FROM session_request");
  await sleep(300);
  expect(await requests()).toEqual([{ verb: "terminate", taken: true, result: null }]);
  expect(await lives(one.pid)).toBe(true);
});

describe("with a collector", () => {
  it("a query is cancelled, and its session stays", async () => {
    const one = await victim();
    const { status, body } = await ask(cancel, { ...one });
    expect([status, endSessionResultSchema.parse(body)]).toMatchObject([200, { success: true, outcome: "sent" }]);
    expect(await one.slept).toBe("57014");
    expect((await one.client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    expect(await told()).toEqual([
      {
        ...{ type: "session_cancelled", severity: "info" },
        message: `olga cancelled a query of clerk in postgres on shop (PID ${one.pid})`,
        details: { pid: one.pid, user: "clerk", database: "postgres" },
      },
    ]);
  });

  it("a session is ended; who, whose and why is written down in a chain that holds, and the query nowhere", async () => {
    const reason = `holds locks\n"; DROP TABLE x; -- <b>${"ы".repeat(460)}`;
    const one = await victim();
    expect(await ask(terminate, { ...one, ...{ reason } })).toMatchObject({ status: 200, body: { outcome: "sent" } });
    expect(await one.slept).toBe("57P01");
    await eventually(async () => expect(await lives(one.pid)).toBe(false));
    const { pid, backend_start } = one;
    expect(await audited()).toEqual([
      {
        ...{ event_type: "session_terminate", actor: "olga", target_name: "shop" },
        details: { pid, backend_start, user: "clerk", database: "postgres", reason, outcome: "sent" },
      },
    ]);
    expect(await verifyChain()).toMatchObject({ entries: 1, problemCount: 0 });
    for (const table of ["audit_log", "activity_events", "session_request", "system_log", "latest"]) {
      const { rows } = await pool().query(`SELECT FROM ${table} AS row WHERE to_jsonb(row)::text LIKE $1`, [
        `%${CANARY}%`,
      ]);
      expect([table, rows.length]).toEqual([table, 0]);
    }
    expect(await told()).toMatchObject([{ type: "session_ended" }]);
    expect(JSON.stringify(await told())).not.toContain("holds locks");
  });

  it("a session that began a microsecond later is another one: nothing is done", async () => {
    const one = await victim();
    const micros = Number(one.backend_start.slice(-7, -1));
    const earlier = `${one.backend_start.slice(0, -7)}${String(micros === 0 ? 1 : micros - 1).padStart(6, "0")}Z`;
    const answer = await ask(terminate, { ...one, ...{ backend_start: earlier } });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "conflict", success: false, outcome: "reused", message: expect.stringMatching(/nothing was done/) },
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await lives(one.pid)).toBe(true);
    expect(await audited()).toMatchObject([{ details: { outcome: "reused", user: "clerk" } }]);
    expect(await told()).toEqual([]);
    // The same moment in another zone, as another program may write it.
    const local = new Date(Date.parse(one.backend_start) + 3_600_000).toISOString().slice(0, 19);
    const elsewhere = { ...one, ...{ backend_start: `${local}${one.backend_start.slice(19, -1)}+01:00` } };
    expect(await ask(cancel, elsewhere)).toMatchObject({ status: 200 });
  });

  it("a session that is gone, and Dozor's own, are left alone", async () => {
    const one = await victim();
    await admin.query("SELECT pg_terminate_backend($1)", [one.pid]);
    await eventually(async () => expect(await lives(one.pid)).toBe(false));
    expect(await ask(terminate, one)).toMatchObject({ status: 409, body: { success: false, outcome: "gone" } });
    const { rows } = await admin.query(`${BEGAN} WHERE application_name = 'dozor' AND usename = 'guard'`);
    expect(await ask(terminate, rows[0])).toMatchObject({ status: 409, body: { success: false, outcome: "own" } });
    expect(await lives(rows[0].pid)).toBe(true);
  });

  it("what Dozor's role may not do is told with what it lacks", async () => {
    const one = await victim();
    const lacking = await ask(terminate, one, operator, "blind");
    expect(lacking).toMatchObject({ status: 409, body: { detail: expect.stringContaining("pg_signal_backend") } });
    const { rows } = await admin.query(`${BEGAN} WHERE pid = pg_backend_pid()`);
    const boss = await ask(terminate, rows[0]);
    expect(boss).toMatchObject({ status: 409, body: { detail: expect.stringContaining("superuser") } });
    expect([await lives(one.pid), await lives(rows[0].pid)]).toEqual([true, true]);
    expect((await audited()).map(({ details }) => details.outcome)).toEqual(["permission", "permission"]);
  });

  it("a server without a free connection is helped all the same", async () => {
    const one = await victim();
    const full = await (async () => {
      for (let count = 0; count < 20; count += 1) {
        const error = await connect("clerk").then(
          () => null,
          (failure: pg.DatabaseError) => failure,
        );
        if (error) return error;
      }
    })();
    expect(full?.code).toBe("53300");
    expect(await ask(terminate, one)).toMatchObject({ status: 200, body: { outcome: "sent" } });
    await eventually(async () => expect(await lives(one.pid)).toBe(false));
  });

  it("a repeat with the same Idempotency-Key is answered, and not done again", async () => {
    const one = await victim();
    const headers = { ...operator, "idempotency-key": "end-once" };
    const first = await ask(terminate, one, headers);
    const again = await ask(terminate, one, headers);
    expect([first.status, again.status, again.headers.get("idempotency-replayed")]).toEqual([200, 200, "true"]);
    expect(again.body).toEqual(first.body);
    expect(await requests()).toHaveLength(1);
  });

  it("a second instance shares the servers, and each request is carried out once", async () => {
    await collect();
    await eventually(async () => {
      const { rows } = await pool().query(
        `SELECT holder FROM lease l JOIN servers s ON l.name = 'server:' || s.id
         WHERE s.name IN ('shop', 'blind') AND until > now()`,
      );
      expect(new Set(rows.map(({ holder }) => holder)).size).toBe(2);
    });
    await admin.query("GRANT pg_signal_backend TO seer");
    for (const name of ["shop", "blind", "shop", "blind"]) {
      const one = await victim();
      expect(await ask(cancel, one, operator, name)).toMatchObject({ status: 200, body: { outcome: "sent" } });
      expect(await one.slept).toBe("57014");
      await one.client.end();
    }
    expect(await requests()).toHaveLength(4);
  });
});
