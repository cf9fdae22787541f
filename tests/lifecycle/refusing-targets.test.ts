// Watched servers that answer and refuse: rights taken away, no sign-in, no place, not ready; and one behind a pooler.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector } from "../../lib/collect/index";
import { pool } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { serverByName } from "../../lib/fleet/queries";
import { systemActor } from "../../lib/users/permissions";
import { errorResponse, startPeer } from "../postgres/support/peers";
import { type Pooler, startPgBouncer } from "../postgres/support/pgbouncer";
import { useDatabase } from "../support/database";
import { registerServer } from "../support/fleet";
import { startTestServer, type TestServer } from "../support/server";
import { makeFolder, removeFolder, until } from "./support";

useDatabase();
const INTERVAL_MS = 5_000;
const PASSWORD = "calm-river-17-bridge";
/** Role of the same name, what happens to it and what undoes that, and what is told. */
const CHANGES: [string, { breaks: string; mends: string; told: [string, string]; level: string }][] = [
  [
    "rights",
    {
      breaks: "REVOKE pg_monitor FROM rights",
      mends: "GRANT pg_monitor TO rights",
      told: ["degraded", "permission"],
      level: "error permission",
    },
  ],
  [
    "barred",
    {
      breaks: "ALTER ROLE barred NOLOGIN",
      mends: "ALTER ROLE barred LOGIN",
      told: ["down", "auth"],
      level: "error auth",
    },
  ],
  [
    "crowded",
    {
      breaks: "ALTER ROLE crowded CONNECTION LIMIT 0",
      mends: "ALTER ROLE crowded CONNECTION LIMIT -1",
      told: ["down", "too_many_connections"],
      level: "warning too_many_connections",
    },
  ],
];
const folder = makeFolder();
let target: TestServer;
let admin: pg.Client;
let pooler: Pooler;
let peer: Awaited<ReturnType<typeof startPeer>>;
let stop: () => Promise<void>;

const statusOf = async (name: string) => {
  const server = await serverByName(systemActor(), name);
  return [server?.status, server?.reason ?? null];
};
const entries = async (name: string): Promise<string[]> =>
  (
    await pool().query("SELECT level, details->>'code' AS code FROM system_log WHERE server = $1 ORDER BY id", [name])
  ).rows.map(({ level, code }) => (code ? `${level} ${code}` : level));

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  await pool().query("INSERT INTO settings (key, value) VALUES ('collect_interval', '5')");
  target = await startTestServer();
  admin = new pg.Client({ connectionString: `${target.address}/postgres` });
  await admin.connect();
  const { port } = new URL(target.address);
  for (const name of [...CHANGES.map(([role]) => role), "pooled"]) {
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor`);
    if (name !== "pooled") await registerServer(name, `postgresql://${name}:${PASSWORD}@127.0.0.1:${port}/postgres`);
  }
  pooler = await startPgBouncer(
    { host: "127.0.0.1", port: Number(port) },
    { pooled: PASSWORD },
    { pool_mode: "transaction", default_pool_size: 1 },
  );
  await registerServer("pooled", `postgresql://pooled:${PASSWORD}@127.0.0.1:${pooler.port}/postgres`);
  peer = await startPeer((socket) => {
    socket.once("data", () => socket.end(errorResponse("57P03", "the database system is starting up")));
  });
  await registerServer("starting", `postgresql://any:${PASSWORD}@127.0.0.1:${peer.port}/postgres`);
  stop = await startCollector({ exclusive: true });
});
afterAll(async () => {
  await stop?.();
  await pooler?.stop();
  await peer?.stop();
  await admin?.end();
  await target?.stop();
  removeFolder(folder);
});

describe("servers that refuse", () => {
  it("are told with their reason within two intervals, once, and are up again by themselves", async () => {
    for (const name of [...CHANGES.map(([role]) => role), "pooled"])
      await until(`${name} to be up`, async () => (await statusOf(name))[0] === "up");
    await until(
      "the one that starts to be told",
      async () => (await statusOf("starting")).join() === "down,starting_up",
    );

    const began = Date.now();
    for (const [role, { breaks }] of CHANGES) {
      await admin.query(breaks);
      // What is connected stays so until it has to sign in again; a right that is gone is noticed without that.
      if (role !== "rights")
        await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [role]);
    }
    for (const [role, { told }] of CHANGES)
      await until(`${role} to be ${told.join(" by ")}`, async () => (await statusOf(role)).join() === told.join());
    expect(Date.now() - began).toBeLessThan(2 * INTERVAL_MS + 4_000);
    const blind = await serverByName(systemActor(), "rights");
    expect(blind?.message).toContain("pg_monitor");

    for (const [, { mends }] of CHANGES) await admin.query(mends);
    for (const [role] of CHANGES) await until(`${role} to be up again`, async () => (await statusOf(role))[0] === "up");
    await sleep(2_000);
    for (const [role, { level }] of CHANGES) expect(await entries(role), role).toEqual([level, "info"]);
    expect(await entries("starting")).toEqual(["warning starting_up"]);
    expect(await entries("pooled")).toEqual([]);
    expect((await statusOf("pooled"))[0]).toBe("up");
  });
});
