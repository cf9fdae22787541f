// What is dear about another machine, through a collector and a real sshd: its processes, and what perf counts there.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCollector } from "@/lib/collect";
import { pool } from "@/lib/db";
import { provideEnv } from "@/lib/env";
import { createServer } from "@/lib/fleet/mutations";
import { updateSettings } from "@/lib/settings/mutations";
import { importKey } from "@/lib/ssh-keys/mutations";
import { systemActor } from "@/lib/users/permissions";
import { useDatabase } from "../support/database";
import { type Sshd, startSshd } from "./support/sshd";

useDatabase();
const admin = systemActor();
const folder = mkdtempSync(path.join(tmpdir(), "dozor-dear-"));
const patient = { timeout: 30_000, interval: 100 };
let sshd: Sshd;
let stop: () => Promise<void>;

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  await updateSettings(admin, { sampling_interval_seconds: 1, perf_events_enabled: true });
  sshd = await startSshd();
  for (const [name, rules] of [
    ["files", 'restrict,command="internal-sftp -R"'],
    ["shell", ""],
  ] as const) {
    const { privateKey } = await sshd.clientKey("ed25519", rules);
    const { id } = await importKey(admin, { name, private_key: privateKey, passphrase: undefined });
    const reached = { ssh_host: sshd.host, ssh_port: sshd.port, ssh_user: sshd.user, ssh_host_keys: sshd.hostKeys() };
    await createServer(admin, { name, ...reached, ssh_key_id: id });
  }
  stop = await startCollector({ exclusive: true });
});
afterAll(async () => {
  await stop();
  await sshd.stop();
  rmSync(folder, { recursive: true });
});

const newest = async (name: string, kind: string) => {
  const { rows } = await pool().query(
    "SELECT l.data FROM latest l JOIN servers s ON s.id = l.subject WHERE s.name = $1 AND l.kind = $2",
    [name, kind],
  );
  return rows[0]?.data;
};

it.each(["files", "shell"])("processes are told and stored: %s", { timeout: 90_000 }, async (name) => {
  await expect.poll(async () => (await newest(name, "processes"))?.total ?? 0, patient).toBeGreaterThan(1);
  await expect
    .poll(async () => (await newest(name, "processes"))?.by_memory?.[0]?.rss_bytes, patient)
    .toBeGreaterThan(0);
  const stored = async () => {
    const { rows } = await pool().query(
      `SELECT count(*)::int AS series FROM series p JOIN series_set t ON t.id = p.set_id JOIN servers s ON s.id = t.subject
       WHERE s.name = $1 AND t.probe = 'processes' AND p.metric LIKE '%rss_bytes'`,
      [name],
    );
    return rows[0].series;
  };
  await expect.poll(stored, patient).toBeGreaterThan(0);
});

it("perf counts where the key may run commands, else it is said why not; and not once nobody wants it", {
  timeout: 90_000,
}, async () => {
  const trouble = async (name: string) => (await newest(name, "perf_events"))?.trouble?.code ?? "none";
  await expect.poll(() => trouble("files"), patient).toBe("files_only");
  const settled = async () => {
    const reading = await newest("shell", "perf_events");
    return reading?.available === true || ["no_perf", "no_permission"].includes(reading?.trouble?.code);
  };
  await expect.poll(settled, patient).toBe(true);
  await updateSettings(admin, { perf_events_enabled: false });
  const left = async () => [await newest("files", "perf_events"), await newest("shell", "perf_events")];
  await expect.poll(left, patient).toEqual([undefined, undefined]);
});
