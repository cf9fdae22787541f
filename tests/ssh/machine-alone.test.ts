// A machine without PostgreSQL from its registration to its history: a collector, a real sshd, and what people are told.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCollector } from "@/lib/collect";
import { pool } from "@/lib/db";
import { provideEnv } from "@/lib/env";
import { queryServer } from "@/lib/fleet/history";
import { createServer, updateServer } from "@/lib/fleet/mutations";
import { latestOf, serverByName } from "@/lib/fleet/queries";
import { testSsh } from "@/lib/fleet/tests";
import { updateSettings } from "@/lib/settings/mutations";
import { importKey } from "@/lib/ssh-keys/mutations";
import { systemActor } from "@/lib/users/permissions";
import { useDatabase } from "../support/database";
import { type Sshd, startSshd } from "./support/sshd";

useDatabase();
const admin = systemActor();
const folder = mkdtempSync(path.join(tmpdir(), "dozor-machine-"));
const patient = { timeout: 30_000, interval: 100 };
let sshd: Sshd;
let keyId = 0;
let stop: () => Promise<void>;

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  await updateSettings(admin, { sampling_interval_seconds: 1 });
  sshd = await startSshd();
  const { privateKey } = await sshd.clientKey("ed25519", 'restrict,command="internal-sftp -R"');
  keyId = (await importKey(admin, { name: "fleet", private_key: privateKey, passphrase: undefined })).id;
  stop = await startCollector({ exclusive: true });
});
afterAll(async () => {
  await stop();
  await sshd.stop();
  rmSync(folder, { recursive: true });
});

const standing = async (name = "web1") => {
  const server = await serverByName(admin, name);
  return [server?.status, server?.reason];
};
const told = async () =>
  (await pool().query("SELECT type FROM activity_events WHERE target_name = 'web1' ORDER BY id")).rows.map(
    ({ type }) => type,
  );

it("is registered, trusted, collected, lost and found again", { timeout: 120_000 }, async () => {
  const reached = { ssh_host: sshd.host, ssh_port: sshd.port, ssh_user: sshd.user, ssh_key_id: keyId };
  const tried = await testSsh(admin, { changes: { host: null, ...reached } });
  expect(tried).toMatchObject({ success: false, code: "ssh_host_key", host_key: { key: sshd.hostKeys()[0] } });
  await createServer(admin, { name: "web1", ...reached });
  await expect.poll(standing, patient).toEqual(["down", "ssh_host_key"]);
  await expect.poll(async () => (await told()).at(-1), patient).toBe("server_down");
  await updateServer(admin, "web1", { ssh_host_keys: sshd.hostKeys() });
  await expect.poll(standing, patient).toEqual(["up", null]);
  await expect.poll(async () => (await told()).at(-1), patient).toBe("server_up");

  const collected = async () => {
    const server = await serverByName(admin, "web1");
    return [server?.cpu_percent, server?.memory_percent, server?.disk_percent, server?.uptime_seconds].map(
      (value) => typeof value,
    );
  };
  await expect.poll(collected, patient).toEqual(["number", "number", "number", "number"]);
  const server = await serverByName(admin, "web1");
  expect(server).toMatchObject({
    has_postgres: false,
    host: null,
    version: null,
    connections: {},
    ssh: { status: "up" },
  });
  const probes = Object.keys(await latestOf(admin, { id: server?.id ?? 0 }));
  expect(probes).toEqual(expect.arrayContaining(["cpu", "memory", "disk", "network", "host_facts"]));
  expect(probes.filter((probe) => ["instance", "activity", "databases", "storage", "cost"].includes(probe))).toEqual(
    [],
  );
  const samples = async () => {
    const range = { from: Date.now() - 120_000, to: Date.now() + 60_000, points: 100 };
    const { series } = await queryServer(admin, { server: "web1", metrics: "memory.used_bytes", ...range });
    return (series[0]?.avg ?? []).filter((value) => value !== null).length;
  };
  await expect.poll(samples, patient).toBeGreaterThan(1);

  await sshd.kill();
  await expect.poll(standing, patient).toEqual(["down", "ssh_unreachable"]);
  await expect.poll(async () => (await told()).at(-1), patient).toBe("server_down");
  await sshd.start();
  await expect.poll(standing, patient).toEqual(["up", null]);
  await expect.poll(async () => (await told()).at(-1), patient).toBe("server_up");
  expect((await told()).filter((type) => type.startsWith("server_"))).toEqual([
    ...["server_added", "server_down", "server_up", "server_down", "server_up"],
  ]);
});

it("may be this machine, which is up at once", { timeout: 60_000 }, async () => {
  await createServer(admin, { name: "here", host_kind: "local" });
  await expect.poll(() => standing("here"), patient).toEqual(["up", null]);
  expect(await serverByName(admin, "here")).toMatchObject({ has_postgres: false, ssh: null, host_kind: "local" });
});
