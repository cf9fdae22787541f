// Registering while a collector runs: the first answer tells how the server is, and a change reaches who asks it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCollector } from "@/lib/collect";
import { pool } from "@/lib/db";
import { provideEnv } from "@/lib/env";
import { createServer, deleteServer, updateServer } from "@/lib/fleet/mutations";
import { serverByName } from "@/lib/fleet/queries";
import { systemActor } from "@/lib/users/permissions";
import { startPeer } from "../postgres/support/peers";
import { useDatabase } from "../support/database";
import { PasswordCollector } from "../support/password-collector";

const database = useDatabase();
const admin = systemActor();
const folder = mkdtempSync(path.join(tmpdir(), "dozor-registered-"));
const patient = { timeout: 20_000, interval: 100 };
let stop: () => Promise<void>;
let thief: PasswordCollector;

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  thief = await PasswordCollector.listen(0);
  stop = await startCollector({ exclusive: true });
});
afterAll(async () => {
  await stop();
  await thief.close();
  rmSync(folder, { recursive: true });
});

/** Our own database as a server to be watched. */
function target() {
  const { hostname: host, port, username: user, password } = new URL(database.url);
  return { host, port: Number(port), user, password };
}

it("answers with what was collected of one that is up, and why others are down", { timeout: 60_000 }, async () => {
  // As behind a firewall: it takes connections and says nothing.
  const peer = await startPeer(() => {});
  const began = performance.now();
  const answers = await Promise.all([
    createServer(admin, { name: "up", ...target() }),
    createServer(admin, { name: "down", host: "127.0.0.1", port: 1, user: "dozor" }),
    createServer(admin, { name: "silent", host: "127.0.0.1", port: peer.port, user: "dozor" }),
  ]);
  // Where the machine is too busy for 5 s, the answer came without it.
  const inTime = performance.now() - began < 5_000;
  const collected = () => Promise.all(["up", "down", "silent"].map((name) => serverByName(admin, name)));
  const statuses = async () => (await collected()).map((server) => server?.status);
  if (!inTime) await expect.poll(statuses, patient).toEqual(["up", "down", "down"]);
  const [up, down, silent] = inTime ? answers : await collected();
  expect(up).toMatchObject({ name: "up", status: "up", reason: null, version: expect.stringMatching(/^18/) });
  expect(up?.connections).toMatchObject({ active: expect.any(Number) });
  expect(down).toMatchObject({ name: "down", status: "down", reason: "refused", version: null });
  expect(silent).toMatchObject({ name: "silent", status: "down", reason: "timeout" });
  await deleteServer(admin, "silent");
  await peer.stop();
});

it("sends no stored password to where somebody points the collector", { timeout: 60_000 }, async () => {
  await createServer(admin, {
    name: "secret",
    host: "127.0.0.1",
    port: thief.port,
    user: "dozor",
    password: "is sent",
  });
  await expect.poll(() => thief.take().includes("is sent"), patient).toBe(true);
  await updateServer(admin, "secret", { ...target(), password: target().password, intervals: { collect_interval: 5 } });
  await expect.poll(async () => (await serverByName(admin, "secret"))?.status, patient).toBe("up");
  thief.take();
  const before = thief.asked;
  await updateServer(admin, "secret", { host: "127.0.0.1", port: thief.port });
  await expect.poll(() => thief.asked, patient).toBeGreaterThan(before);
  await expect.poll(async () => (await serverByName(admin, "secret"))?.reason, patient).toBe("auth");
  expect(thief.take().filter((text) => text !== "")).toEqual([]);
  await deleteServer(admin, "secret");
  await deleteServer(admin, "up");
  const { rows } = await pool().query("SELECT name FROM servers ORDER BY name");
  expect(rows).toEqual([{ name: "down" }]);
});
