// Registering servers through the API, as forms and older clients do it: every rule, who may, what is left behind.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as pools from "@/app/api/pools/status/route";
import * as server from "@/app/api/servers/[name]/route";
import * as testSavedPg from "@/app/api/servers/[name]/test-pg/route";
import * as testSavedSsh from "@/app/api/servers/[name]/test-ssh/route";
import * as servers from "@/app/api/servers/route";
import * as testPg from "@/app/api/servers/test-pg/route";
import * as testSsh from "@/app/api/servers/test-ssh/route";
import { pool, prisma } from "@/lib/db";
import { firstCollection } from "@/lib/fleet/first-collection";
import { setServersEnabled } from "@/lib/fleet/mutations";
import { serverSummarySchema } from "@/lib/fleet/schema";
import { fingerprintOf } from "@/lib/host/ssh/public-key";
import type { Handler } from "@/lib/http/endpoint";
import { decrypt, encrypt } from "@/lib/secrets";
import { systemActor } from "@/lib/users/permissions";
import { useDatabase } from "../support/database";
import { createServerRow, createUser, signIn, writeLatest } from "../support/live";

useDatabase();

type Headers = Record<string, string>;
let admin: Headers;
let operator: Headers;
let viewer: Headers;
let keys: { plain: number; locked: number };

beforeAll(async () => {
  admin = (await signIn(await createUser("anna", "admin"))).headers;
  operator = (await signIn(await createUser("oleg", "operator"))).headers;
  viewer = (await signIn(await createUser("vera", "viewer"))).headers;
  keys = { plain: await createKey("plain", false), locked: await createKey("locked", true) };
});
beforeEach(async () => {
  await pool().query("TRUNCATE audit_log, activity_events, throttle");
  await pool().query("DELETE FROM probe_state; DELETE FROM latest; DELETE FROM servers; DELETE FROM lease");
});

async function createKey(name: string, hasPassphrase: boolean): Promise<number> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const text = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const { rows } = await pool().query<{ id: number }>(
    `INSERT INTO ssh_keys (name, key_type, fingerprint, public_key, private_key, has_passphrase)
     VALUES ($1, 'ssh-ed25519', 'SHA256:' || $1, 'ssh-ed25519 AAAA', '', $2) RETURNING id`,
    [name, hasPassphrase],
  );
  const id = rows[0]?.id ?? 0;
  const sealed = encrypt(text, `ssh_keys:private_key:${id}`);
  await pool().query("UPDATE ssh_keys SET private_key = $2 WHERE id = $1", [id, sealed]);
  return id;
}

interface Asked {
  headers?: Headers;
  name?: string;
  body?: unknown;
  query?: string;
}

async function ask(module: object, method: string, { headers = operator, name, body, query = "" }: Asked = {}) {
  const handler = (module as Record<string, Handler>)[method] as Handler;
  const request = new Request(`http://localhost/api/servers/x${query}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await handler(request, { params: Promise.resolve(name === undefined ? {} : { name }) });
  return { status: response.status, body: await response.json(), etag: response.headers.get("etag") };
}
const create = (body: object, over: Asked = {}) => ask(servers, "POST", { body, ...over });
const change = (name: string, body: object, over: Asked = {}) => ask(server, "PUT", { name, body, ...over });
const read = (name: string, over: Asked = {}) => ask(server, "GET", { name, ...over });
const remove = (name: string, over: Asked = {}) => ask(server, "DELETE", { name, ...over });

const ORDERS = { name: "orders", host: "db.example.org", user: "dozor", password: "first secret" };
const KEY_A = `ssh-ed25519 ${"A".repeat(68)}`;
const PRINT_A = fingerprintOf(KEY_A);
const SSH = { ssh_user: "watcher", ssh_password: "second secret", ssh_host_keys: [KEY_A] };

interface Row extends Record<"pg_password" | "ssh_password" | "ssh_key_passphrase" | "created_by", string> {
  id: number;
  updated_at: Date;
}
/** Undefined where there is none. */
const row = async (name: string) =>
  (await pool().query("SELECT * FROM servers WHERE name = $1", [name])).rows[0] as Row;
const audited = async () =>
  (await prisma().auditLog.findMany({ orderBy: { id: "asc" } })).map(({ eventType, actor, targetName, details }) => ({
    eventType,
    actor,
    targetName,
    details,
  }));
const told = async () => (await pool().query("SELECT type, message FROM activity_events ORDER BY id")).rows;

describe("who may", () => {
  const everything: [string, object, string, Asked][] = [
    ["POST /api/servers", servers, "POST", { body: ORDERS }],
    ["PUT /api/servers/{name}", server, "PUT", { name: "orders", body: {} }],
    ["DELETE /api/servers/{name}", server, "DELETE", { name: "orders" }],
    ["POST /api/servers/test-pg", testPg, "POST", { body: ORDERS }],
    ["POST /api/servers/test-ssh", testSsh, "POST", { body: ORDERS }],
    ["POST /api/servers/{name}/test-pg", testSavedPg, "POST", { name: "orders", body: {} }],
    ["POST /api/servers/{name}/test-ssh", testSavedSsh, "POST", { name: "orders", body: {} }],
  ];
  it.each(everything)("a viewer and a stranger are refused %s", async (_, module, method, asked) => {
    await create(ORDERS);
    expect(await ask(module, method, { ...asked, headers: viewer })).toMatchObject({ status: 403 });
    expect(await ask(module, method, { ...asked, headers: {} })).toMatchObject({ status: 401 });
    expect(await read("orders", { headers: viewer })).toMatchObject({ status: 200, body: { name: "orders" } });
  });

  it("what is not there is 404 for those who may", async () => {
    const body = {};
    for (const name of ["nowhere", "a/b", "100%", "x\0y"]) {
      const statuses = [await read(name), await change(name, body), await remove(name)];
      statuses.push(await ask(testSavedPg, "POST", { name, body }), await ask(testSavedSsh, "POST", { name, body }));
      expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    }
  });
});

describe("a new server", () => {
  it("is answered as it is read, with its secrets sealed and told nowhere", async () => {
    const made = await create({ ...ORDERS, ...SSH, labels: { env: "test" }, intervals: { collect_interval: 30 } });
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{ name: "orders", host: "db.example.org", port: 5432, user: "dozor", database: "postgres" },
        ...{ sslmode: "verify-full", has_password: true, has_ssh_password: true, ssh_port: 22, host_kind: "ssh" },
        ...{ ssh_user: "watcher", ssh_auth_type: "password", ssh_key_id: null, labels: { env: "test" } },
        ...{ status: "unknown", intervals: { collect_interval: 30 }, version: null, connections: {}, enabled: true },
      },
    });
    expect(serverSummarySchema.safeParse(made.body).error).toBeUndefined();
    expect((await read("orders", { headers: viewer })).body).toEqual(made.body);
    const { id, pg_password, ssh_password, created_by } = await row("orders");
    expect(decrypt(pg_password, `servers:pg_password:${id}`)).toBe("first secret");
    expect(decrypt(ssh_password, `servers:ssh_password:${id}`)).toBe("second secret");
    expect(created_by).toBe("oleg");
    expect(await audited()).toEqual([
      {
        ...{ eventType: "server_created", actor: "oleg", targetName: "orders" },
        details: {
          ...{ enabled: true, labels: { env: "test" }, intervals: { collect_interval: 30 } },
          ...{ host: "db.example.org", port: 5432, user: "dozor", database: "postgres", sslmode: "verify-full" },
          ...{ ssh_port: 22, ssh_user: "watcher", ssh_auth_type: "password", ssh_host_keys: [PRINT_A] },
          ...{ password: "set", ssh_password: "set" },
        },
      },
    ]);
    expect(await told()).toEqual([{ type: "server_added", message: "oleg added orders" }]);
  });

  it("is taken from older clients with texts for numbers, empty texts, and fields nobody knows", async () => {
    const made = await create({
      ...{ name: "older", host: "localhost", port: "5433", user: "dozor", password: "", ssh_user: "" },
      ...{ ssh_port: "22", ssh_auth_type: "password", ssh_password: "", ssh_key_id: "", id: 9, connections: {} },
    });
    expect(made).toMatchObject({
      status: 201,
      body: { port: 5433, sslmode: "prefer", ssh_user: null, ssh_port: null },
    });
    expect(made.body).toMatchObject({ has_password: false, host_kind: null });
  });

  it("has a name of its own", async () => {
    await create(ORDERS);
    const again = await create({ ...ORDERS, host: "other" });
    expect(again).toMatchObject({ status: 409, body: { errors: [{ path: "name", rule: "taken" }] } });
    const twice = await Promise.all([create({ ...ORDERS, name: "at-once" }), create({ ...ORDERS, name: "at-once" })]);
    expect(twice.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it("signs in with a key that is there, with the passphrase that it needs", async () => {
    const ssh = { ssh_user: "watcher", ssh_key_id: keys.locked };
    const without = await create({ ...ORDERS, ...ssh });
    expect(without).toMatchObject({
      status: 422,
      body: { errors: [{ path: "ssh_key_passphrase", rule: "required" }] },
    });
    const made = await create({ ...ORDERS, ...ssh, ssh_key_passphrase: "third secret" });
    expect(made).toMatchObject({ status: 201, body: { ssh_auth_type: "key", has_ssh_key_passphrase: true } });
    const { id, ssh_key_passphrase } = await row("orders");
    expect(decrypt(ssh_key_passphrase, `servers:ssh_key_passphrase:${id}`)).toBe("third secret");
    const plain = await create({ ...ORDERS, name: "two", ...ssh, ssh_key_id: String(keys.plain) });
    expect(plain).toMatchObject({ status: 201, body: { ssh_key_id: keys.plain, has_ssh_key_passphrase: false } });
  });

  const field = "x".repeat(65);
  const wrongs: [string, object][] = [
    ["name", { name: "" }],
    ["name", { name: field }],
    ["name", { name: "-a" }],
    ["name", { name: "a b" }],
    ["name", { name: "a/b" }],
    ["name", { name: "ы" }],
    ["name", { name: "new" }],
    ["name", { name: "test-pg" }],
    ["name", { name: "test-ssh" }],
    ["host", { host: "" }],
    ["host", { host: "a b" }],
    ["host", { host: "relative/path" }],
    ["host", { host: "db.example.org:5432" }],
    ["host", { host: "x".repeat(256) }],
    ["port", { port: 0 }],
    ["port", { port: 65_536 }],
    ["port", { port: 1.5 }],
    ["port", { port: true }],
    ["port", { port: [5432] }],
    ["user", { user: "" }],
    ["password", { password: "x".repeat(1_025) }],
    ["database", { database: "x".repeat(64) }],
    ["sslmode", { sslmode: "verify" }],
    ["ca", { ca: "no certificate" }],
    ["ca", { ca: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }],
    ["ssh_host", { ssh_user: "w", ssh_host: "/run/sshd" }],
    ["ssh_host", { ssh_user: "w", host: "/run/postgresql" }],
    ["ssh_port", { ssh_user: "w", ssh_port: 70_000 }],
    ["ssh_user", { ssh_password: "secret" }],
    ["ssh_user", { ssh_user: "x".repeat(65) }],
    ["ssh_auth_type", { ssh_user: "w", ssh_auth_type: "agent" }],
    ["ssh_key_id", { ssh_user: "w", ssh_auth_type: "key" }],
    ["ssh_key_id", { ssh_user: "w", ssh_key_id: 999_999 }],
    ["ssh_key_id", { ssh_user: "w", ssh_key_id: "one" }],
    ["ssh_host_keys.0", { ssh_user: "w", ssh_host_keys: ["SHA256:abc"] }],
    ["labels", { labels: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, "v"])) }],
    ["labels.env", { labels: { env: "x".repeat(129) } }],
    ["intervals.collect_interval", { intervals: { collect_interval: 4 } }],
    ["intervals.size_update_interval", { intervals: { size_update_interval: 299 } }],
    ["enabled", { enabled: "yes" }],
  ];
  const shown = wrongs.map(([path, wrong]) => [path, JSON.stringify(wrong).slice(0, 60), wrong] as const);
  it.each(shown)("is refused with the field %s: %s", async (path, _, wrong) => {
    const { status, body } = await create({ ...ORDERS, ...wrong });
    expect([status, body.errors.map((error: { path: string }) => error.path)]).toEqual([422, [path]]);
    expect(body.errors[0].message).toMatch(/^\S.+/);
    expect(await row("orders")).toBeUndefined();
  });

  it.each(["db", "10.0.0.1", "::1", "[2001:db8::7]", "fe80::1%eth0", "/run/postgresql", "a_b.example.org."])(
    "may be at %s",
    async (host) => {
      expect(await create({ ...ORDERS, host })).toMatchObject({
        status: 201,
        body: { host: host.replace(/[[\]]/g, "") },
      });
    },
  );

  it("trusts certificates that can be read, one or more", async () => {
    const ca = readFileSync(new URL("../fixtures/tls/ca.crt", import.meta.url), "utf8").trim();
    const made = await create({ ...ORDERS, ca: `${ca}\n${ca}` });
    expect(made.status).toBe(201);
    const broken = await change("orders", { ca: `${ca}\n${ca.replace(/\n[A-Za-z0-9+/]{64}\n/, "\n")}` });
    expect(broken).toMatchObject({ status: 422, body: { errors: [{ path: "ca", message: /^certificate 2 of 2/ }] } });
  });
});

describe("the first collection", () => {
  const collected = (id: number, probes: string[]) =>
    pool().query(
      `INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at, next_run_at, outcome, code, message)
       SELECT $1, probe, 15, now(), now() + interval '15 s', 'failed', 'refused', 'nobody listens' FROM unnest($2::text[]) AS probe`,
      [id, probes],
    );
  const someoneCollects = () =>
    pool().query("INSERT INTO lease (name, holder, until) VALUES ('history', 'somebody', now() + interval '1 min')");

  it("is waited for", async () => {
    await someoneCollects();
    const making = create(ORDERS);
    await expect.poll(() => row("orders"), { interval: 10 }).toBeDefined();
    const { id } = await row("orders");
    await collected(id, ["instance", "activity"]);
    expect(await making).toMatchObject({ status: 201, body: { status: "down", reason: "refused" } });
  });

  it("is not waited for beyond its time, nor for one probe of two, nor where nobody collects", async () => {
    const id = await createServerRow("slow");
    await collected(id, ["instance"]);
    const began = performance.now();
    await firstCollection(id, 5_000);
    expect(performance.now() - began).toBeLessThan(2_000);
    await someoneCollects();
    const waits = performance.now();
    await firstCollection(id, 400);
    expect(performance.now() - waits).toBeGreaterThan(200);
  });

  it("is not there where only what answers is to be registered", async () => {
    const closed = { ...ORDERS, host: "127.0.0.1", port: 1 };
    const refused = await create(closed, { query: "?require_reachable=true" });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "host", rule: "refused" }] } });
    expect(await row("orders")).toBeUndefined();
    expect(await audited()).toMatchObject([{ eventType: "server_tested", details: { outcome: "refused" } }]);
    expect(await create(closed, { query: "?require_reachable=false" })).toMatchObject({ status: 201 });
  });
});

describe("a change", () => {
  it("keeps what is not said, and an id under another name", async () => {
    await create({ ...ORDERS, ...SSH, labels: { env: "test" } });
    const { id } = await row("orders");
    const changed = await change("orders", { name: "invoices", database: "invoices", password: "" });
    expect(changed).toMatchObject({ status: 200, body: { id, name: "invoices", database: "invoices" } });
    expect(changed.body).toMatchObject({ has_password: true, has_ssh_password: true, labels: { env: "test" } });
    expect((await read("orders")).status).toBe(404);
    expect((await audited()).at(-1)).toEqual({
      ...{ eventType: "server_updated", actor: "oleg", targetName: "orders" },
      details: { name: { old: "orders", new: "invoices" }, database: { old: "postgres", new: "invoices" } },
    });
  });

  it("tells of secrets only what became of them", async () => {
    await create({ ...ORDERS, ...SSH });
    await change("orders", { password: "changed secret", ssh_password: null });
    await change("orders", { host: "elsewhere.example.org" });
    const details = (await audited()).slice(1).map((entry) => entry.details);
    expect(details).toEqual([
      { password: "changed", ssh_password: "removed" },
      {
        ...{ host: { old: "db.example.org", new: "elsewhere.example.org" }, password: "dropped" },
        ssh_host_keys: { old: [PRINT_A], new: [] },
      },
    ]);
    expect((await read("orders")).body).toMatchObject({ has_password: false, has_ssh_password: false });
  });

  it("that changes nothing is none", async () => {
    const { body } = await create(ORDERS);
    const { updated_at } = await row("orders");
    expect(await change("orders", { ...body, password: "" })).toMatchObject({ status: 200, body });
    expect(await audited()).toHaveLength(1);
    expect((await row("orders")).updated_at).toEqual(updated_at);
  });

  it("is refused where somebody changed the server meanwhile, and never because something was collected", async () => {
    await create(ORDERS);
    const { etag, body } = await read("orders", { headers: viewer });
    await writeLatest(body.id, "instance", { rows: [{ labels: {}, values: { uptime_seconds: 60 } }] });
    const first = await change("orders", { port: 5433 }, { headers: { ...operator, "if-match": etag ?? "" } });
    expect(first).toMatchObject({ status: 200, body: { port: 5433, uptime_seconds: 60 } });
    const second = { headers: { ...operator, "if-match": etag ?? "" } };
    expect(await change("orders", { port: 5434 }, second)).toMatchObject({ status: 412 });
    expect(await remove("orders", second)).toMatchObject({ status: 412 });
    const third = await change("orders", { port: 5434 }, { headers: { ...admin, "if-match": first.etag ?? "" } });
    expect(third).toMatchObject({ status: 200, body: { port: 5434 } });
  });

  it("follows the rules of a new server", async () => {
    await create(ORDERS);
    await create({ ...ORDERS, name: "taken" });
    const taken = await change("orders", { name: "taken" });
    expect(taken).toMatchObject({ status: 409, body: { errors: [{ path: "name", rule: "taken" }] } });
    for (const [path, wrong] of [
      ["port", { port: 0 }],
      ["name", { name: "new" }],
      ["ssh_key_id", { ssh_user: "w", ssh_auth_type: "key" }],
      ["ssh_user", { ssh_key_id: keys.plain }],
    ] as const) {
      expect(await change("orders", wrong)).toMatchObject({ status: 422, body: { errors: [{ path }] } });
    }
  });

  it("asks for the passphrase again where the machine is another", async () => {
    const ssh = { ssh_user: "w", ssh_key_id: keys.locked, ssh_key_passphrase: "third secret" };
    await create({ ...ORDERS, ...ssh });
    const moved = await change("orders", { ssh_host: "other" });
    expect(moved).toMatchObject({ status: 422, body: { errors: [{ path: "ssh_key_passphrase", rule: "dropped" }] } });
    expect(await change("orders", { ssh_host: "other", ssh_key_passphrase: "again" })).toMatchObject({ status: 200 });
    const without = await change("orders", { ssh_key_id: null });
    expect(without.body).toMatchObject({ ssh_key_id: null, ssh_auth_type: "password", has_ssh_key_passphrase: false });
  });

  it("of this machine's own server needs no SSH, and may do everything else", async () => {
    await createServerRow("local");
    const ssh = await change("local", { ssh_user: "w" });
    expect(ssh).toMatchObject({ status: 422, body: { errors: [{ path: "ssh_user", rule: "local" }] } });
    const changed = await change("local", { name: "here", ssh_user: null, host: "localhost", user: "dozor" });
    expect(changed).toMatchObject({ status: 200, body: { name: "here", host_kind: "local", sslmode: "prefer" } });
    expect(await remove("here")).toMatchObject({ status: 200 });
  });

  it("pauses and resumes, with an event each", async () => {
    await create(ORDERS);
    expect((await change("orders", { enabled: false })).body).toMatchObject({ enabled: false, status: "paused" });
    await change("orders", { enabled: true });
    expect((await told()).map(({ type }) => type)).toEqual(["server_added", "server_paused", "server_resumed"]);
  });
});

describe("removing", () => {
  it("takes configuration and secrets at once and leaves what was collected to the background", async () => {
    await create(ORDERS);
    const { id } = await row("orders");
    await writeLatest(id, "instance", { rows: [] });
    expect(await remove("orders")).toMatchObject({ status: 200, body: { message: "orders was removed." } });
    expect(await row("orders")).toBeUndefined();
    const { rows } = await pool().query("SELECT deleted_at IS NOT NULL AS deleted FROM subject WHERE id = $1", [id]);
    expect(rows).toEqual([{ deleted: true }]);
    expect((await read("orders")).status).toBe(404);
    expect((await audited()).at(-1)).toMatchObject({ eventType: "server_deleted", targetName: "orders" });
    expect((await told()).at(-1)).toEqual({ type: "server_removed", message: "oleg removed orders" });
    const again = await create(ORDERS);
    expect(again).toMatchObject({ status: 201 });
    expect(again.body.id).not.toBe(id);
  });
});

describe("many at once", () => {
  const actor = { ...systemActor(), kind: "user" as const, login: "oleg", role: "operator" as const };

  it("are paused and resumed, each with its entry and event", async () => {
    for (const name of ["a", "b", "c"]) await create({ ...ORDERS, name });
    expect(await setServersEnabled(actor, ["a", "b", "b"], false)).toBe(2);
    expect(await setServersEnabled(actor, ["a", "b", "c"], false)).toBe(1);
    expect(await setServersEnabled(actor, ["a", "b", "c"], false)).toBe(0);
    expect((await told()).filter(({ type }) => type === "server_paused")).toHaveLength(3);
    expect((await audited()).slice(3).map(({ targetName }) => targetName)).toEqual(["a", "b", "c"]);
    await expect(setServersEnabled(actor, ["a", "nowhere"], true)).rejects.toMatchObject({ code: "not_found" });
    await expect(setServersEnabled({ ...actor, role: "viewer" }, ["a"], true)).rejects.toMatchObject({ status: 403 });
    expect((await read("a")).body.status).toBe("paused");
  });
});

describe("tests of a connection", () => {
  it("answer 200 with what failed", async () => {
    const closed = { host: "127.0.0.1", port: 1, user: "dozor" };
    const unsaved = await ask(testPg, "POST", { body: closed });
    expect(unsaved).toMatchObject({ status: 200, body: { success: false, code: "refused" } });
    await create({ ...ORDERS, ...closed, ssh_user: "w", ssh_password: "x", ssh_port: 1 });
    expect(await ask(testSavedPg, "POST", { name: "orders" })).toMatchObject({
      body: { success: false, code: "refused" },
    });
    const ssh = await ask(testSavedSsh, "POST", { name: "orders", body: { host: "127.0.0.1" } });
    expect(ssh).toMatchObject({ status: 200, body: { success: false, code: "ssh_unreachable", host_key: null } });
    const tests = (await audited()).filter(({ eventType }) => eventType === "server_tested");
    expect(tests).toMatchObject([
      {
        targetName: null,
        details: { test: "postgres", host: "127.0.0.1", port: 1, user: "dozor", outcome: "refused" },
      },
      { targetName: "orders", details: { test: "postgres", outcome: "refused" } },
      { targetName: "orders", details: { test: "ssh", port: 1, user: "w", outcome: "ssh_unreachable" } },
    ]);
  });

  it("name the field without which there is nothing to try", async () => {
    const wrong = async (module: object, body: object) => (await ask(module, "POST", { body })).body.errors?.[0]?.path;
    expect(await wrong(testPg, {})).toBe("host");
    expect(await wrong(testPg, { host: "x" })).toBe("user");
    expect(await wrong(testPg, { host: "x", user: "x", ca: "no" })).toBe("ca");
    expect(await wrong(testSsh, { host: "x" })).toBe("ssh_user");
    expect(await wrong(testSsh, { ssh_user: "w" })).toBe("ssh_host");
    expect(await wrong(testSsh, { host: "x", ssh_user: "w", ssh_key_id: 999_999 })).toBe("ssh_key_id");
    expect(await audited()).toEqual([]);
  });

  it("are thirty a minute for each user", async () => {
    const body = { host: "127.0.0.1", port: 1, user: "dozor" };
    const statuses: number[] = [];
    for (let turn = 0; turn < 31; turn += 1) statuses.push((await ask(testPg, "POST", { body })).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
    expect((await ask(testPg, "POST", { body, headers: admin })).status).toBe(200);
  });
});

describe("/api/pools/status", () => {
  it("tells what each collector holds, and what is not known as null", async () => {
    await create(ORDERS);
    const { body } = await create({ ...ORDERS, name: "asked" });
    await create({ ...ORDERS, name: "paused", enabled: false });
    const facts = { pool: { open: 1, idle: 1, waiting: 0, max: 3 } };
    await writeLatest(body.id, "cost", { rows: [], facts });
    expect(await ask(pools, "GET", { headers: viewer })).toMatchObject({
      status: 200,
      body: {
        asked: { minconn: 0, maxconn: 3, closed: false, open: 1, idle: 1, waiting: 0 },
        orders: { minconn: 0, maxconn: 2, closed: false, open: null, idle: null, waiting: null },
        paused: { minconn: 0, maxconn: 2, closed: true, open: 0, idle: 0, waiting: 0 },
      },
    });
  });
});
