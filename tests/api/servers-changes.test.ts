// Changing, pausing and removing registered servers.
import { describe, expect, it } from "vitest";
import { pool } from "@/lib/db";
import { serverConfig } from "@/lib/fleet/config";
import { serverConfigSchema } from "@/lib/fleet/input-schema";
import { setServersEnabled } from "@/lib/fleet/mutations";
import { systemActor } from "@/lib/users/permissions";
import { hashOf } from "@/lib/users/sessions";
import { useDatabase } from "../support/database";
import { createServerRow, writeLatest } from "../support/live";
import {
  audited,
  change,
  create,
  KEY_A,
  keys,
  ORDERS,
  PRINT_A,
  people,
  read,
  remove,
  row,
  SSH,
  told,
  useRegistry,
} from "../support/registry";

useDatabase();
useRegistry();

/** A personal API token of the operator that may do no more than that. */
async function tokenFor(scope: string): Promise<Record<string, string>> {
  const secret = `dzr_test-token-for-${scope}`;
  await pool().query(
    "INSERT INTO api_tokens (user_id, name, prefix, token_hash, scopes) SELECT id, $1, 'dzr_test', $2, ARRAY[$1] FROM users WHERE login = 'oleg'",
    [scope, hashOf(secret)],
  );
  return { authorization: `Bearer ${secret}` };
}

describe("a change", () => {
  it("with a token for nothing else is told what became of it, and reads nothing", async () => {
    const headers = await tokenFor("servers:write");
    expect(await create(ORDERS, { headers })).toMatchObject({ status: 201, body: { name: "orders" } });
    const changed = await change("orders", { database: "invoices" }, { headers });
    expect(changed).toMatchObject({ status: 200, body: { database: "invoices" } });
    expect(
      await change("orders", { port: 5433 }, { headers: { ...headers, "if-match": changed.etag ?? "" } }),
    ).toMatchObject({ status: 200 });
    expect((await read("orders", { headers })).status).toBe(403);
    expect((await remove("orders", { headers: await tokenFor("read") })).status).toBe(403);
    expect((await remove("orders", { headers })).status).toBe(200);
  });

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
    const { etag, body } = await read("orders", { headers: people.viewer });
    await writeLatest(body.id, "instance", { rows: [{ labels: {}, values: { uptime_seconds: 60 } }] });
    const first = await change("orders", { port: 5433 }, { headers: { ...people.operator, "if-match": etag ?? "" } });
    expect(first).toMatchObject({ status: 200, body: { port: 5433, uptime_seconds: 60 } });
    const second = { headers: { ...people.operator, "if-match": etag ?? "" } };
    expect(await change("orders", { port: 5434 }, second)).toMatchObject({ status: 412 });
    expect(await remove("orders", second)).toMatchObject({ status: 412 });
    const third = await change(
      "orders",
      { port: 5434 },
      { headers: { ...people.admin, "if-match": first.etag ?? "" } },
    );
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

it("the edit form begins with everything but secrets, for those who may change it", async () => {
  await create({ ...ORDERS, ...SSH, labels: { env: "test" } });
  const actor = { ...systemActor(), kind: "user" as const, role: "operator" as const };
  const { config, etag } = await serverConfig(actor, "orders");
  expect(serverConfigSchema.strict().parse(config)).toEqual({
    ...{ name: "orders", host: "db.example.org", port: 5432, user: "dozor", database: "postgres", ca: null },
    ...{ sslmode: "verify-full", has_password: true, host_kind: "ssh", enabled: true, labels: { env: "test" } },
    ...{ ssh_host: null, ssh_port: 22, ssh_user: "watcher", ssh_auth_type: "password", ssh_key_id: null },
    ...{ has_ssh_password: true, has_ssh_key_passphrase: false, ssh_host_keys: [KEY_A], intervals: {} },
  });
  expect(etag).toBe((await read("orders")).etag);
  await expect(serverConfig({ ...actor, role: "viewer" }, "orders")).rejects.toMatchObject({ code: "forbidden" });
  await expect(serverConfig(actor, "nowhere")).rejects.toMatchObject({ code: "not_found" });
});
