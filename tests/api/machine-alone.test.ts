// A server that is a machine alone: registered, changed and read through the API as forms and older clients do it.
import { describe, expect, it } from "vitest";
import * as analysis from "@/app/api/server/[name]/analysis/route";
import * as database from "@/app/api/server/[name]/db/[db]/route";
import * as cancel from "@/app/api/server/[name]/sessions/[pid]/cancel/route";
import * as history from "@/app/api/server/[name]/stats/route";
import * as stats from "@/app/api/server_stats/[name]/route";
import * as latest from "@/app/api/servers/[name]/latest/route";
import * as testSavedPg from "@/app/api/servers/[name]/test-pg/route";
import { pool } from "@/lib/db";
import { serverSummarySchema } from "@/lib/fleet/schema";
import { useDatabase } from "../support/database";
import { writeLatest } from "../support/live";
import { ask, audited, change, create, ORDERS, people, read, remove, row, SSH, useRegistry } from "../support/registry";

useDatabase();
useRegistry();

const MACHINE = { name: "web1", ssh_host: "web1.example.org", ...SSH };
const paths = ({ errors }: { errors: { path: string }[] }) => errors.map(({ path }) => path);

describe("registering", () => {
  it("takes a machine over SSH, and tells every field that older clients read", async () => {
    const made = await create(MACHINE);
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{ name: "web1", host: null, port: null, user: null, database: null, sslmode: null, has_password: false },
        ...{ has_postgres: false, host_kind: "ssh", ssh_host: "web1.example.org", ssh_port: 22, ssh_user: "watcher" },
        ...{ version: null, connections: {}, uptime_hours: null, free_space: null, total_space: null, data_dir: null },
        ...{ status: "unknown", reason: "not_collected", ssh: { status: "unknown" } },
      },
    });
    expect(serverSummarySchema.safeParse(made.body).error).toBeUndefined();
    expect((await read("web1", { headers: people.viewer })).body).toEqual(made.body);
    expect((await audited())[0]?.details).not.toHaveProperty("host");
  });

  it("takes this machine, which needs no SSH", async () => {
    const made = await create({ name: "here", host: null, host_kind: "local" });
    expect(made).toMatchObject({ status: 201, body: { host: null, host_kind: "local", ssh: null, ssh_user: null } });
    expect((await audited())[0]).toMatchObject({ eventType: "server_created", details: { host_kind: "local" } });
    const both = await create({ ...ORDERS, host: "localhost", host_kind: "local" });
    expect(both).toMatchObject({ status: 201, body: { host: "localhost", host_kind: "local", has_postgres: true } });
  });

  it.each<[string, string, object]>([
    ["nothing to watch", "host", { name: "a" }],
    ["nothing to watch, said", "host", { name: "a", host: null, host_kind: "ssh" }],
    ["a role without a host", "host", { ...MACHINE, user: "dozor" }],
    ["a password without a host", "host", { ...MACHINE, password: "secret" }],
    ["a machine without an address", "ssh_host", { name: "a", ...SSH }],
    ["this machine over SSH", "ssh_user", { ...MACHINE, host_kind: "local" }],
    ["another way to read a machine", "host_kind", { ...MACHINE, host_kind: "agent" }],
  ])("refuses %s with the field %s", async (_, path, body) => {
    const refused = await create(body);
    expect([refused.status, paths(refused.body)]).toEqual([422, [path]]);
  });

  it("that is to be reachable tries its machine", async () => {
    const query = "?require_reachable=true";
    const away = await create({ ...MACHINE, ssh_host: "127.0.0.1", ssh_port: 1 }, { query });
    expect(away).toMatchObject({ status: 422, body: { errors: [{ path: "ssh_host", rule: "ssh_unreachable" }] } });
    expect(await row("web1")).toBeUndefined();
    expect((await audited())[0]).toMatchObject({ eventType: "server_tested", details: { test: "ssh" } });
    expect(await create({ name: "here", host_kind: "local" }, { query })).toMatchObject({ status: 201 });
  });
});

describe("changing", () => {
  it("takes PostgreSQL away with all that is told of it, and the machine stays where it was", async () => {
    const { body } = await create({ ...ORDERS, ...SSH });
    await writeLatest(body.id, "instance", { rows: [{ labels: {}, values: { max_connections: 100 } }] });
    const alone = await change("orders", { host: null });
    expect(alone).toMatchObject({
      status: 200,
      body: { host: null, user: null, has_password: false, max_connections: null, ssh_host: "db.example.org" },
    });
    expect(await row("orders")).toMatchObject({ pg_password: null, pg_port: null, pg_sslmode: null });
    expect((await row("orders")).ssh_password).not.toBeNull();
    expect((await audited()).at(-1)).toMatchObject({
      details: { host: { old: "db.example.org", new: null }, password: "dropped" },
    });
    const again = await change("orders", { host: "db.example.org", user: "dozor" });
    expect(again).toMatchObject({ status: 200, body: { has_postgres: true, port: 5432, sslmode: "verify-full" } });
  });

  it("leaves a server something to watch", async () => {
    await create(ORDERS);
    expect(paths((await change("orders", { host: null })).body)).toEqual(["host"]);
    expect(paths((await change("orders", { host: "" })).body)).toEqual(["host"]);
    await create(MACHINE);
    expect(paths((await change("web1", { ssh_user: null })).body)).toEqual(["host"]);
    expect(paths((await change("web1", { ssh_host: null })).body)).toEqual(["ssh_host"]);
    expect(paths((await change("web1", { user: "dozor" })).body)).toEqual(["host"]);
  });

  it("takes back what it told", async () => {
    const { body } = await create(MACHINE);
    expect(await change("web1", body)).toMatchObject({ status: 200, body });
    expect(await audited()).toHaveLength(1);
  });

  it("makes another machine this one, and this one another", async () => {
    await create(MACHINE);
    const here = await change("web1", { host_kind: "local" });
    expect(here).toMatchObject({ status: 200, body: { host_kind: "local", ssh_user: null, has_ssh_password: false } });
    expect((await audited()).at(-1)).toMatchObject({ details: { host_kind: { old: "ssh", new: "local" } } });
    const away = await change("web1", { host_kind: "ssh", ssh_host: "web1", ssh_user: "w" });
    expect(away).toMatchObject({ status: 200, body: { host_kind: "ssh", ssh_user: "w" } });
    expect(await remove("web1")).toMatchObject({ status: 200 });
  });
});

describe("what only PostgreSQL can tell", () => {
  it("is refused in clear words, and all else is answered", async () => {
    const { body } = await create(MACHINE);
    await writeLatest(body.id, "cpu", { usage_percent: 12.5 });
    await writeLatest(body.id, "memory", { usage_percent: 40 });
    await writeLatest(body.id, "host_facts", { boot_time: new Date(Date.now() - 7_200_000).toISOString() });
    await writeLatest(body.id, "disk", {
      partitions: { "/": { total_bytes: 10, available_bytes: 4, usage_percent: 60 } },
    });
    const end = { backend_start: new Date().toISOString() };
    const params = { name: "web1", pid: "1", db: "shop" };
    const refused = { status: 409, code: "conflict", detail: expect.stringContaining("no PostgreSQL") };
    for (const [module, method, sent] of [
      [analysis, "GET", undefined],
      [stats, "GET", undefined],
      [history, "GET", undefined],
      [cancel, "POST", end],
    ] as const) {
      const answer = await ask(module, method, { headers: people.admin, params, ...(sent && { body: sent }) });
      expect(answer.body).toMatchObject(refused);
    }
    expect((await ask(database, "GET", { params })).status).toBe(404);
    const untested = await ask(testSavedPg, "POST", { name: "web1" });
    expect([untested.status, paths(untested.body)]).toEqual([422, ["host"]]);
    const told = await ask(latest, "GET", { name: "web1", query: "?watch=host" });
    expect(Object.keys(told.body.probes).sort()).toEqual(["cpu", "disk", "host_facts", "memory"]);
    expect(told.body.server).toMatchObject({ cpu_percent: 12.5, memory_percent: 40, disk_percent: 60, free_space: 4 });
    expect(told.body.server.uptime_hours).toBeCloseTo(2, 1);
    // What was collected before can still be read.
    await pool().query("INSERT INTO server_databases (subject, oid, name) VALUES ($1, 5, 'shop')", [body.id]);
    expect((await ask(history, "GET", { params })).body).toMatchObject({ databases: [{ name: "shop" }] });
  });
});
