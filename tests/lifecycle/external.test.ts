// A database of somebody else's (DATABASE_URL): here a second embedded one.
import { cpSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { migrate } from "../../lib/migrate";
import { startTestDatabase, TEST_ENVIRONMENT, type TestDatabase } from "../support/database";
import { ask, type Core, makeFolder, removeFolder, startCore, stopAll } from "./support";

let database: TestDatabase;
let url: string;
let folder: string;

beforeAll(async () => {
  database = await startTestDatabase({ dedicated: true });
});
afterAll(async () => {
  await stopAll();
  await database.stop();
});
beforeEach(async () => {
  url = await database.createDatabase({ empty: true });
  folder = makeFolder();
  return () => removeFolder(folder);
});

// No program but node, and no schema engine: neither is needed.
const start = (variables: Record<string, string> = {}): Core =>
  startCore({
    PATH: "",
    PRISMA_SCHEMA_ENGINE_BINARY: "/nowhere",
    DATA_DIR: path.join(folder, "data"),
    DATABASE_URL: url,
    ...TEST_ENVIRONMENT,
    ...variables,
  });

test("needs no data directory and no schema engine; watches its own database by a role of its own", async () => {
  const core = start({ ADMIN_PASSWORD: "Wachsam-im-Turm-7" });
  expect(await core.ready()).toEqual({ ready: true, url, admin: { login: "admin" } });
  expect(readdirSync(folder)).toEqual([]);
  expect(await ask(url, "SELECT must_change_password FROM users")).toEqual([{ must_change_password: false }]);
  const rights = `SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS mighty,
      pg_has_role(oid, 'pg_monitor', 'usage') AS monitor, has_table_privilege(oid, 'users', 'select') AS reads_users
    FROM pg_roles WHERE rolname = (SELECT pg_user FROM servers WHERE name = 'local')`;
  expect(await ask(url, rights)).toEqual([{ mighty: false, monitor: true, reads_users: false }]);
  expect(await core.stop()).toBe(0);
  expect(await ask(url, "SELECT 1 AS alive")).toEqual([{ alive: 1 }]);
});

test("several instances may start at once: one admin, one server, one role", async () => {
  const cores = [start(), start(), start()];
  const told = await Promise.all(cores.map((core) => core.ready()));
  expect(told.filter(({ admin }) => admin)).toHaveLength(1);
  const counts = "SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM servers) AS servers";
  expect(await ask(url, counts)).toEqual([{ users: 1, servers: 1 }]);
  const [before] = await ask(url, "SELECT pg_user, pg_password FROM servers");
  await Promise.all(cores.map((core) => core.stop()));
  const again = start();
  await again.ready();
  expect(await ask(url, "SELECT pg_user, pg_password FROM servers")).toEqual([before]);
  await again.stop();
});

test("two databases on one server do not take each other's role", async () => {
  const first = start();
  await first.ready();
  const other = await database.createDatabase({ empty: true });
  const second = start({ DATABASE_URL: other });
  await second.ready();
  const roles = await Promise.all(
    [url, other].map((at) => ask<{ pg_user: string }>(at, "SELECT pg_user FROM servers")),
  );
  expect(new Set(roles.flat().map((row) => row.pg_user)).size).toBe(2);
  await Promise.all([first.stop(), second.stop()]);
});

test("without the right to make roles its own credentials are used, and the system log says so", async () => {
  const name = new URL(url).pathname.slice(1);
  await ask(url, `CREATE ROLE plain LOGIN PASSWORD 'plain'; ALTER DATABASE ${name} OWNER TO plain`);
  const plain = new URL(url);
  plain.username = plain.password = "plain";
  const core = start({ DATABASE_URL: plain.href });
  await core.ready();
  expect(await ask(url, "SELECT pg_user FROM servers")).toEqual([{ pg_user: "plain" }]);
  expect(await ask(url, "SELECT level, server, details FROM system_log WHERE source = 'start'")).toEqual([
    { level: "warning", server: "local", details: { reason: expect.stringContaining("permission denied") } },
  ]);
  await core.stop();
});

test("a start that stopped after a migration is resumed by the next one", async () => {
  const [first = ""] = readdirSync("prisma/migrations").sort();
  cpSync(path.join("prisma/migrations", first), path.join(folder, "migrations", first), { recursive: true });
  expect(await migrate(url, path.join(folder, "migrations"))).toEqual([first]);
  const core = start();
  await core.ready();
  expect(core.stdout).toContain("migrations applied");
  expect(await migrate(url)).toEqual([]);
  await core.stop();
});
