import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestDatabase, TEST_ENVIRONMENT, type TestDatabase } from "../../tests/support/database";
import { provideEnv } from "../env";
import { decrypt } from "../secrets";
import { ensureLocalServer } from "./local-server";

let server: TestDatabase;
let url: string;
let client: pg.Client;
beforeAll(async () => {
  // Roles belong to the whole server: a server of its own.
  server = await startTestDatabase({ dedicated: true });
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.createDatabase();
  provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });
  client = new pg.Client({ connectionString: url });
  await client.connect();
  return () => client.end();
});

async function local(): Promise<Record<string, string>> {
  return (await client.query("SELECT * FROM servers WHERE name = 'local'")).rows[0];
}

async function signInAs(row: Record<string, string>): Promise<unknown> {
  const { id, pg_host: host, pg_port: port, pg_user: user, pg_database: database } = row;
  const password = decrypt(row.pg_password ?? "", `servers:pg_password:${id}`);
  const monitor = new pg.Client({ host, port: Number(port), user, password, database });
  await monitor.connect();
  const { rows } = await monitor.query("SELECT current_user AS me");
  await monitor.end();
  return rows[0];
}

test("creates it once, with credentials that work", async () => {
  expect(await ensureLocalServer(url)).toMatchObject({ outcome: "created" });
  const row = await local();
  expect(row).toMatchObject({ host_kind: "local", pg_sslmode: "disable", pg_host: "127.0.0.1", enabled: true });
  expect(await signInAs(row)).toEqual({ me: row.pg_user });
  expect(await ensureLocalServer(url)).toMatchObject({ outcome: "unchanged" });
  expect(await local()).toEqual(row);
});

test("follows the database to another port and another password", async () => {
  await ensureLocalServer(url);
  await client.query("UPDATE servers SET pg_port = 1");
  expect(await ensureLocalServer(url)).toMatchObject({ outcome: "updated" });
  const row = await local();
  await client.query(`ALTER ROLE ${row.pg_user} PASSWORD 'another'`);
  expect(await ensureLocalServer(url)).toMatchObject({ outcome: "updated" });
  expect(await signInAs(await local())).toEqual({ me: row.pg_user });
});

test("gives no other role a new password, whatever role somebody put there", async () => {
  await ensureLocalServer(url);
  const { pg_user: own } = await local();
  const role = `dozor_monitor_of_another_${Date.now()}`;
  await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'theirs'`);
  const passwordOf = async () =>
    (await client.query("SELECT rolpassword FROM pg_authid WHERE rolname = $1", [role])).rows[0].rolpassword;
  const before = await passwordOf();
  await client.query("UPDATE servers SET pg_user = $1 WHERE name = 'local'", [role]);
  await ensureLocalServer(url);
  expect(await passwordOf()).toBe(before);
  expect(await local()).toMatchObject({ pg_user: own });
  expect(await signInAs(await local())).toEqual({ me: own });
});

test("what somebody made of it stays: another user, no PostgreSQL, renamed, deleted", async () => {
  await ensureLocalServer(url);
  for (const change of [
    // Another one that was given the name.
    "UPDATE servers SET host_kind = NULL",
    "UPDATE servers SET pg_user = 'someone', pg_port = 1",
    "UPDATE servers SET pg_user = NULL, pg_host = NULL",
    "UPDATE servers SET name = 'mine'",
    "DELETE FROM servers",
  ]) {
    await client.query(change);
    const before = (await client.query("SELECT * FROM servers")).rows;
    expect(await ensureLocalServer(url)).toMatchObject({ outcome: "kept" });
    expect((await client.query("SELECT * FROM servers")).rows).toEqual(before);
  }
});

test("the password reaches neither a log nor the statistics in clear", async () => {
  await client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  await ensureLocalServer(url);
  const row = await local();
  const password = decrypt(row.pg_password ?? "", `servers:pg_password:${row.id}`);
  const { rows } = await client.query("SELECT query FROM pg_stat_statements WHERE query LIKE '%ROLE%PASSWORD%'");
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(password);
});
