import { readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetOptions } from "../../lib/postgres/connect";
import { limitStatements } from "../../lib/postgres/session";
import type { SslMode } from "../../lib/ssl-modes";
import { startTestServer, type TestServer } from "../support/server";
import { eventually, failureOf, targetOf, withTarget } from "./support/peers";
import { type Pooler, startPgBouncer } from "./support/pgbouncer";

const USER = { user: "watcher", password: "right-horse" };

let server: TestServer;
let admin: pg.Client;
const started: Pooler[] = [];
const clients: pg.Client[] = [];

beforeAll(async () => {
  server = await startTestServer();
  await signIn();
  await admin.query("CREATE ROLE watcher LOGIN PASSWORD 'right-horse' IN ROLE pg_monitor");
  await admin.query("CREATE DATABASE shop OWNER watcher");
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end().catch(() => {})));
  await Promise.all(started.splice(0).map((pooler) => pooler.stop()));
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

async function signIn(): Promise<void> {
  admin = new pg.Client({ connectionString: `${server.address}/postgres` });
  await admin.connect();
}

/** A pooler with one connection to lend. */
async function pooler(mode: string, settings: Record<string, string | number> = {}): Promise<number> {
  const opened = await startPgBouncer(
    targetOf(server.address),
    { [USER.user]: USER.password },
    { pool_mode: mode, default_pool_size: 1, ...settings },
  );
  started.push(opened);
  return opened.port;
}

const through = (port: number, other: Partial<TargetOptions> = {}) =>
  targetOf(`${server.address}/shop`, { port, ...USER, ...other });

/** Somebody else's application, through the same pooler and with the same role. */
async function neighbour(port: number): Promise<pg.Client> {
  const client = new pg.Client({ host: "127.0.0.1", port, ...USER, database: "shop", application_name: "till" });
  client.on("error", () => {});
  await client.connect();
  clients.push(client);
  return client;
}

const NAMES =
  "default_transaction_read_only transaction_read_only statement_timeout lock_timeout search_path DateStyle TimeZone jit idle_in_transaction_session_timeout";
const SETTINGS = `SELECT ${NAMES.split(" ")
  .map((name) => `current_setting('${name}') AS ${name}`)
  .join()}, (SELECT count(*)::int FROM pg_prepared_statements) AS prepared`;

it("a direct connection is recognised as one", async () => {
  await withTarget(through(Number(new URL(server.address).port)), async (session) => {
    expect(session.pooled).toBe(false);
    await session.query("SELECT 1 AS one");
    expect(session.spent.queries).toBe(2);
    expect(session.spent.ms).toBeGreaterThan(0);
    const [row] = await session.query("SELECT count(*) AS n FROM pg_prepared_statements");
    expect(row?.n).toBe(2);
  });
});

describe.each(["session", "transaction"])("a pooler in %s mode", (mode) => {
  it("is recognised, and each question is a transaction with its own limits", async () => {
    const port = await pooler(mode);
    await withTarget(through(port), async (session) => {
      expect(session.pooled).toBe(true);
      expect(session.version).toBe(18);
      const before = session.spent.queries;
      const [row] = await session.query(
        `${SETTINGS}, current_setting('application_name') AS name, $1::int AS given`,
        [7],
      );
      expect(session.spent.queries).toBe(before + 3);
      expect(row).toEqual({
        default_transaction_read_only: "off",
        transaction_read_only: "on",
        statement_timeout: "5s",
        lock_timeout: "1s",
        search_path: "pg_catalog",
        datestyle: "ISO, MDY",
        timezone: "UTC",
        jit: "off",
        idle_in_transaction_session_timeout: "10s",
        name: "dozor",
        given: 7,
        prepared: 0,
      });
      expect((await failureOf(session.query("CREATE TABLE public.x ()"))).message).toContain("25006");
    });
  });

  it("ends a transaction that failed, and goes on", async () => {
    const port = await pooler(mode);
    await withTarget(through(port), async (session) => {
      expect((await failureOf(session.query("SELECT nonsense"))).code).toBe("sql");
      expect((await failureOf(session.query("SELECT $1::int", ["x"]))).code).toBe("sql");
      expect(await session.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
      const { rows } = await admin.query("SELECT state FROM pg_stat_activity WHERE usename = 'watcher'");
      expect(rows).toEqual([{ state: "idle" }]);
    });
  });

  it("sets other limits, and the server keeps them", async () => {
    const port = await pooler(mode);
    await withTarget(through(port), async (session) => {
      await limitStatements(session, 600_000);
      expect(await session.query("SELECT current_setting('statement_timeout') AS limit")).toEqual([{ limit: "10min" }]);
      await limitStatements(session, 50);
      expect((await failureOf(session.query("SELECT pg_sleep(30)"))).code).toBe("timeout");
      expect(session.open).toBe(true);
    });
  });

  it("cancels its running statement", async () => {
    const port = await pooler(mode);
    await withTarget(through(port), async (session) => {
      const sleeping = failureOf(session.query("SELECT pg_sleep(4)"));
      await eventually(sleeps);
      await session.cancel();
      expect((await sleeping).code).toBe("timeout");
      expect(await session.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    });
  });
});

async function sleeps(): Promise<boolean> {
  const { rows } = await admin.query(
    "SELECT FROM pg_stat_activity WHERE usename = 'watcher' AND state = 'active' AND query LIKE '%pg_sleep%'",
  );
  return rows.length === 1;
}

it("leaves nothing behind on a connection that others use, whatever it asked", async () => {
  const port = await pooler("transaction");
  const other = await neighbour(port);
  const { rows: defaults } = await other.query(SETTINGS);
  await other.query("CREATE TABLE public.sales (amount int)");
  await withTarget(through(port), async (session) => {
    await limitStatements(session, 600_000);
    await session.query("SELECT $1::int", [1]);
    await failureOf(session.query("SELECT nonsense"));
    expect((await other.query(SETTINGS)).rows).toEqual(defaults);
    await other.query("INSERT INTO public.sales VALUES (1)");
    const sleeping = failureOf(session.query("SELECT pg_sleep(4)"));
    await eventually(sleeps);
    await session.close();
    await sleeping;
  });
  expect((await other.query(SETTINGS)).rows).toEqual(defaults);
  await other.query("INSERT INTO public.sales VALUES (2)");
  const [mine] = (await other.query("SELECT pg_backend_pid() AS pid, current_setting('application_name') AS name"))
    .rows;
  expect(mine.name).toBe("till");
});

it("encryption is with the pooler, and one that wants it is reached as the mode permits", async () => {
  const fixture = (name: string) => readFileSync(path.join(import.meta.dirname, "../fixtures/tls", name), "utf8");
  const port = await pooler("transaction", {
    client_tls_sslmode: "require",
    client_tls_key_file: fixture("server.key"),
    client_tls_cert_file: fixture("server.crt"),
  });
  const at = (sslmode: SslMode) => through(port, { sslmode, host: "localhost", ca: fixture("ca.crt") });
  for (const sslmode of ["allow", "prefer", "require", "verify-full"] as const)
    await withTarget(at(sslmode), async ({ pooled, tls }) =>
      expect([pooled, tls?.protocol]).toEqual([true, "TLSv1.3"]),
    );
  const failure = await failureOf(connectTarget(at("disable")));
  expect(failure).toMatchObject({ code: "tls", message: expect.stringContaining("use sslmode require") });
});

describe("what a pooler says", () => {
  it("a mode without transactions is named with the remedy", async () => {
    const failure = await failureOf(connectTarget(through(await pooler("statement"))));
    expect(failure.code).toBe("protocol");
    expect(failure.message).toContain("needs a pooler in transaction or session mode");
  });

  it.each([
    ["auth", { user: "nobody" }],
    ["auth", { password: "wrong-horse" }],
    ["no_database", { database: "missing" }],
    ["tls", { sslmode: "require" }],
  ] as const)("%s: %j", async (code, other) => {
    const failure = await failureOf(connectTarget(through(await pooler("transaction"), other)));
    expect(failure.code).toBe(code);
    expect(failure.message).not.toContain("horse");
  });

  it("too_many_connections: no connection is free in time, or it takes no more clients", async () => {
    const port = await pooler("transaction", { query_wait_timeout: 1, max_client_conn: 2 });
    const other = await neighbour(port);
    await other.query("BEGIN");
    const exhausted = await failureOf(connectTarget(through(port)));
    expect(exhausted.message).toContain("query_wait_timeout");
    expect(exhausted.code).toBe("too_many_connections");
    await neighbour(port);
    const full = await failureOf(connectTarget(through(port)));
    expect(full.message).toContain("max_client_conn");
    expect(full.code).toBe("too_many_connections");
  });

  it("unreachable: the server behind it is gone, before and in the middle", async () => {
    const port = await pooler("transaction", { server_login_retry: 1, query_wait_timeout: 1, client_login_timeout: 1 });
    const session = await connectTarget(through(port));
    await admin.end();
    await server.halt();
    const inTheMiddle = await failureOf(session.query("SELECT 1"));
    await eventually(async () => !session.open);
    const failure = await failureOf(connectTarget(through(port)));
    await server.resume();
    await signIn();
    await session.close();
    // PgBouncer cannot tell a server that is away from a pool that is used up.
    expect(inTheMiddle.message).toContain("the server behind it is away");
    expect(failure.code).toBe("unreachable");
    expect(failure.message).not.toContain("horse");
    await eventually(() => withTarget(through(port), async ({ pooled }) => pooled).catch(() => false));
  });
});
