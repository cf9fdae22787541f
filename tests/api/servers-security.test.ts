// An operator, who may edit servers but knows none of their passwords, points them at machines of their own. What arrives there
// is recorded; what our own database writes into its log is read.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as server from "@/app/api/servers/[name]/route";
import * as testSavedPg from "@/app/api/servers/[name]/test-pg/route";
import * as testSavedSsh from "@/app/api/servers/[name]/test-ssh/route";
import * as servers from "@/app/api/servers/route";
import * as testPg from "@/app/api/servers/test-pg/route";
import { pool } from "@/lib/db";
import type { Handler } from "@/lib/http/endpoint";
import { foundIn, newSecret } from "../access/secrets";
import { useDatabase } from "../support/database";
import { createUser, signIn } from "../support/live";
import { PasswordCollector, SshPasswordCollector } from "../support/password-collector";

useDatabase();

const password = newSecret("password");
const sshPassword = newSecret("ssh_password");
const passphrase = newSecret("ssh_key_passphrase");
const SECRETS = [password, sshPassword, passphrase];
/** What the API answered to anyone. */
const answers: string[] = [];

let operator: Record<string, string>;
let admin: Record<string, string>;
let logFile: string;
let thief: PasswordCollector;
let sshThief: SshPasswordCollector;
let folder: string;

beforeAll(async () => {
  const { rows } = await pool().query<{ name: string; data: string }>(
    "SELECT current_database() AS name, current_setting('data_directory') AS data",
  );
  logFile = path.join(path.dirname(rows[0]?.data ?? ""), "postgres.log");
  const client = await pool().connect();
  await client.query(`ALTER DATABASE ${rows[0]?.name} SET log_statement = 'all'`);
  // It holds for connections that are opened from now on.
  client.release(true);
  operator = (await signIn(await createUser("oleg", "operator"))).headers;
  admin = (await signIn(await createUser("anna", "admin"))).headers;
  folder = await mkdtemp(path.join(tmpdir(), "dozor-thief-"));
  thief = await PasswordCollector.listen(0);
  sshThief = await SshPasswordCollector.listen();
});
afterAll(async () => {
  await thief.close();
  await sshThief.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => pool().query("TRUNCATE throttle"));
afterEach(() => pool().query("DELETE FROM probe_state; DELETE FROM servers"));

async function ask(module: object, method: string, name: string | null, body: object | undefined, headers = operator) {
  const handler = (module as Record<string, Handler>)[method] as Handler;
  const request = new Request("http://localhost/api/servers/x", {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const response = await handler(request, { params: Promise.resolve(name === null ? {} : { name }) });
  const text = await response.text();
  answers.push(text);
  return { status: response.status, body: JSON.parse(text) };
}
const change = async (body: object, name = "orders") => {
  const changed = await ask(server, "PUT", name, body);
  expect(changed.status).toBe(200);
  return changed.body;
};
const tryPg = (changes?: object, name = "orders") => ask(testSavedPg, "POST", name, changes);
const trySsh = (changes?: object) => ask(testSavedSsh, "POST", "orders", changes);

/** What an administrator registered: nobody listens at its port. */
async function register(over: object = {}): Promise<void> {
  const orders = {
    name: "orders",
    host: "127.0.0.1",
    port: 1,
    user: "dozor",
    sslmode: "prefer",
    password: password.text,
  };
  const headers = { ...admin, "idempotency-key": `register-${answers.length}` };
  expect(await ask(servers, "POST", null, { ...orders, ...over }, headers)).toMatchObject({ status: 201 });
}

describe("the PostgreSQL password", () => {
  it("arrives where it is sent again, so that the listener is believed", async () => {
    await register();
    const own = { port: thief.port, password: "typed by the operator" };
    expect((await tryPg(own)).body).toMatchObject({ success: false, code: "auth" });
    expect(thief.take()).toEqual(["typed by the operator"]);
    await change(own);
    await tryPg();
    expect(thief.take()).toEqual(["typed by the operator"]);
  });

  const attempts: [string, (at: { port: number; socket: string }) => object[]][] = [
    ["another port", ({ port }) => [{ port }]],
    ["another host that is the same machine", ({ port }) => [{ host: "localhost", port }]],
    ["a socket of theirs", ({ port, socket }) => [{ host: socket, port }]],
    ["a rename meanwhile", ({ port }) => [{ name: "mine", port }, { name: "orders" }]],
    ["a pause meanwhile", ({ port }) => [{ enabled: false }, { port }, { enabled: true }]],
    ["one thing after the other", ({ port }) => [{ sslmode: "disable" }, { host: "localhost" }, { port }]],
    ["a detour over a stronger check", ({ port }) => [{ sslmode: "verify-full" }, { port }, { sslmode: "disable" }]],
    ["an empty password", ({ port }) => [{ port, password: "" }]],
    ["another database", ({ port }) => [{ database: "mine" }, { port, database: `host=127.0.0.1 port=${port}` }]],
  ];
  it.each(attempts)("does not arrive by %s", async (_, steps) => {
    const own = await PasswordCollector.listen(path.join(folder, `.s.PGSQL.${thief.port}`));
    try {
      const all = steps({ port: thief.port, socket: folder });
      const together = Object.assign({}, ...all, { name: "orders" });
      await register();
      const unsaved = await tryPg(together);
      expect(unsaved.body.success).toBe(false);
      let name = "orders";
      for (const step of all) name = (await change(step, name)).name;
      await tryPg(undefined, name);
      const asked = thief.asked + own.asked;
      expect(asked).toBeGreaterThanOrEqual(2);
      expect([...thief.take(), ...own.take()].filter((text) => text !== "")).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it.each<[string, object]>([
    ["a weaker sslmode", { sslmode: "prefer" }],
    ["none at all", { sslmode: "disable" }],
    ["allow", { sslmode: "allow" }],
  ])("does not reach whoever stands in between by %s", async (_, weaker) => {
    await register({ port: thief.port, sslmode: "verify-full" });
    expect((await tryPg()).body).toMatchObject({ success: false, code: "tls" });
    await tryPg(weaker);
    await change(weaker);
    await tryPg();
    expect(thief.take().filter((text) => text !== "")).toEqual([]);
  });

  it("is not in reach of a server of another name", async () => {
    await register();
    const body = { name: "orders", host: "127.0.0.1", port: thief.port, user: "dozor", sslmode: "disable" };
    await ask(testPg, "POST", null, body);
    expect(await ask(servers, "POST", null, body)).toMatchObject({ status: 409 });
    expect(await ask(servers, "POST", null, { ...body, name: "mine" })).toMatchObject({ status: 201 });
    await tryPg(undefined, "mine");
    await ask(server, "PUT", "mine", { name: "mine", has_password: true, pg_password: "x", password: "" });
    await tryPg(undefined, "mine");
    expect(thief.take().filter((text) => text !== "")).toEqual([]);
  });
});

describe("the SSH password", () => {
  const ssh = () => ({ ssh_user: "watcher", ssh_host: "localhost", ssh_port: 1, ssh_password: sshPassword.text });
  const mine = () => ({ ssh_host: "127.0.0.1", ssh_port: sshThief.port, ssh_host_keys: [sshThief.hostKey] });

  it("arrives where it is sent again and the host key is confirmed, and never before", async () => {
    await register(ssh());
    const typed = { ...mine(), ssh_password: "typed by the operator" };
    expect((await trySsh({ ...typed, ssh_host_keys: [] })).body).toMatchObject({
      ...{ success: false, code: "ssh_host_key", host_key_state: "unknown", host_key: { key: sshThief.hostKey } },
    });
    expect(sshThief.take()).toEqual([]);
    await trySsh(typed);
    expect(sshThief.take()).toContain("typed by the operator");
  });

  const attempts: [string, () => object[]][] = [
    ["another machine whose key they confirm", () => [mine()]],
    ["another machine first, its key then", () => [{ ...mine(), ssh_host_keys: [] }, mine()]],
    ["another port", () => [{ ssh_host: "127.0.0.1" }, mine()]],
    ["the PostgreSQL host", () => [{ ssh_host: null }, { host: "127.0.0.1", ...mine(), ssh_host: null }]],
    ["no SSH meanwhile", () => [{ ssh_user: null }, { ssh_user: "watcher", ...mine() }]],
    ["a key meanwhile", () => [{ ssh_auth_type: "password", ssh_key_id: null }, mine()]],
  ];
  it.each(attempts)("does not arrive by %s", async (_, steps) => {
    await register(ssh());
    const all = steps();
    await trySsh(Object.assign({}, ...all));
    for (const step of all) await change(step);
    await trySsh();
    expect(sshThief.asked).toBeGreaterThan(0);
    expect(sshThief.take().filter((text) => text !== "")).toEqual([]);
  });

  it.each<[string, () => object[]]>([
    ["their key in its place", () => [{ ssh_host_keys: [sshThief.hostKey] }]],
    ["their key beside it", () => [{ ssh_host_keys: [OTHER_KEY, sshThief.hostKey] }]],
    ["none, then theirs", () => [{ ssh_host_keys: [] }, { ssh_host_keys: [sshThief.hostKey] }]],
  ])("does not reach whoever stands in between by confirming %s", async (_, steps) => {
    await register({ ...ssh(), ssh_host: "127.0.0.1", ssh_port: sshThief.port, ssh_host_keys: [OTHER_KEY] });
    expect((await trySsh()).body).toMatchObject({ success: false, code: "ssh_host_key", host_key_state: "changed" });
    for (const step of steps()) {
      await trySsh(step);
      await change(step);
    }
    await trySsh();
    expect(sshThief.take().filter((text) => text !== "")).toEqual([]);
  });
});

const OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMAJ3k4tjwzCdB5c8Xb7R3f5u1mXgI0fP3v7qQ2yW9aB";

it("no secret is in an answer, in a table, or in the log of our database, which writes down every statement", async () => {
  await register({ ssh_user: "w", ssh_password: sshPassword.text });
  await change({ password: password.text, ssh_password: sshPassword.text });
  await tryPg({ host: "127.0.0.1", port: thief.port, password: password.text });
  await ask(server, "PUT", "orders", { ssh_key_id: 999_999, ssh_key_passphrase: passphrase.text });
  await ask(server, "PUT", "orders", { port: "no number", password: password.text });
  expect(foundIn(answers.join("\n"), SECRETS)).toEqual([]);
  const { rows: tables } = await pool().query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const { rows } = await pool().query(`SELECT t::text AS text FROM "${name}" AS t`);
    expect(foundIn(JSON.stringify(rows), SECRETS), name).toEqual([]);
  }
  const log = readFileSync(logFile);
  expect(log.includes("server_updated"), "the log tells the parameters of statements").toBe(true);
  expect(foundIn(log, SECRETS)).toEqual([]);
});
