// Registering servers through the API, as forms and older clients do it: every rule, and what is left behind.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pool } from "@/lib/db";
import { firstCollection } from "@/lib/fleet/first-collection";
import { serverSummarySchema } from "@/lib/fleet/schema";
import { decrypt } from "@/lib/secrets";
import { useDatabase } from "../support/database";
import { createServerRow } from "../support/live";
import {
  audited,
  change,
  create,
  keys,
  ORDERS,
  PRINT_A,
  people,
  read,
  row,
  SSH,
  told,
  useRegistry,
} from "../support/registry";

useDatabase();
useRegistry();

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
    expect((await read("orders", { headers: people.viewer })).body).toEqual(made.body);
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
    await firstCollection(id, { limitMs: 5_000 });
    expect(performance.now() - began).toBeLessThan(2_000);
    await someoneCollects();
    const waits = performance.now();
    await firstCollection(id, { limitMs: 400 });
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
