// Who may do what with servers, and trying connections out.
import { describe, expect, it } from "vitest";
import * as pools from "@/app/api/pools/status/route";
import * as server from "@/app/api/servers/[name]/route";
import * as testSavedPg from "@/app/api/servers/[name]/test-pg/route";
import * as testSavedSsh from "@/app/api/servers/[name]/test-ssh/route";
import * as servers from "@/app/api/servers/route";
import * as testPg from "@/app/api/servers/test-pg/route";
import * as testSsh from "@/app/api/servers/test-ssh/route";
import { hostKeysOf } from "@/lib/fleet/host-keys";
import { systemActor } from "@/lib/users/permissions";
import { useDatabase } from "../support/database";
import { writeLatest } from "../support/live";
import {
  type Asked,
  ask,
  audited,
  change,
  create,
  ORDERS,
  people,
  read,
  remove,
  useRegistry,
} from "../support/registry";

useDatabase();
useRegistry();

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
    expect(await ask(module, method, { ...asked, headers: people.viewer })).toMatchObject({ status: 403 });
    expect(await ask(module, method, { ...asked, headers: {} })).toMatchObject({ status: 401 });
    expect(await read("orders", { headers: people.viewer })).toMatchObject({ status: 200, body: { name: "orders" } });
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
    expect((await ask(testPg, "POST", { body, headers: people.admin })).status).toBe(200);
  });
});

describe("/api/pools/status", () => {
  it("tells what each collector holds, and what is not known as null", async () => {
    await create(ORDERS);
    const { body } = await create({ ...ORDERS, name: "asked" });
    await create({ ...ORDERS, name: "paused", enabled: false });
    const facts = { pool: { open: 1, idle: 1, waiting: 0, max: 3 } };
    await writeLatest(body.id, "cost", { rows: [], facts });
    expect(await ask(pools, "GET", { headers: people.viewer })).toMatchObject({
      status: 200,
      body: {
        asked: { minconn: 0, maxconn: 3, closed: false, open: 1, idle: 1, waiting: 0 },
        orders: { minconn: 0, maxconn: 2, closed: false, open: null, idle: null, waiting: null },
        paused: { minconn: 0, maxconn: 2, closed: true, open: 0, idle: 0, waiting: 0 },
      },
    });
  });
});

it("host keys of a machine are found in a known_hosts file by those who may use them", async () => {
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from("ssh-ed25519"),
    Buffer.from([0, 0, 0, 32]),
    Buffer.alloc(32, 7),
  ]);
  const key = `ssh-ed25519 ${blob.toString("base64")}`;
  const asked = {
    text: `db.example.org ${key} comment\nother.example.org ${key}\nnonsense`,
    host: "db.example.org",
    port: 22,
  };
  const actor = { ...systemActor(), kind: "user" as const, role: "operator" as const };
  const found = { type: "ssh-ed25519", fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/), key };
  expect(await hostKeysOf(actor, asked)).toMatchObject({ keys: [found], revoked: 0 });
  expect(await hostKeysOf(actor, { ...asked, port: 2222 })).toMatchObject({ keys: [] });
  await expect(hostKeysOf({ ...actor, role: "viewer" }, asked)).rejects.toMatchObject({ code: "forbidden" });
});
