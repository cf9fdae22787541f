// Processes of a machine over a real sshd, by each way in.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { userInfo } from "node:os";
import { afterEach, expect, it } from "vitest";
import { processes } from "../../lib/host/probes/processes";
import { connectSsh, type SshConnection } from "../../lib/host/ssh/connect";
import type { RemoteReader } from "../../lib/host/ssh/remote-host";
import type { Reading } from "../../lib/probe";
import { isRoot, type Sshd, type SshdOptions, startSshd } from "./support/sshd";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function reader(options: SshdOptions = {}, rules = ""): Promise<{ host: RemoteReader; sshd: Sshd }> {
  const sshd = await startSshd(options);
  stops.push(() => sshd.stop());
  const { privateKey } = await sshd.clientKey("ed25519", rules);
  const connection: SshConnection = await connectSsh({
    ...{ host: sshd.host, port: sshd.port, user: sshd.user, hostKeys: sshd.hostKeys() },
    auth: { type: "key", privateKey, passphrase: "" },
  });
  stops.push(() => connection.close());
  return { host: (await connection.host()).readerOf("processes"), sshd };
}

/** Takes readings one after another; each is told with its growth since the one before. */
function readings(host: RemoteReader) {
  let before: { value: Awaited<ReturnType<typeof processes.read>>; at: number } | undefined;
  return async (): Promise<Reading> => {
    host.begin();
    const value = await processes.read(host);
    const at = performance.now();
    const reading = processes.rows(value, before?.value, before ? (at - before.at) / 1000 : 0);
    before = { value, at };
    return reading;
  };
}

function running(command: string, ...parameters: string[]): ChildProcess {
  const child = spawn(command, parameters, { stdio: "ignore" });
  stops.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  return child;
}

const soon = { timeout: 15_000, interval: 200 };
const numbers = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name));
const missed = async (take: () => Promise<Reading>) =>
  Math.abs(((await take()).rows[0]?.values.processes ?? 0) - numbers().length);
const listOf = ({ facts }: Reading, list: "by_cpu" | "by_memory") =>
  (facts?.[list] ?? []) as { pid: number; command: string; user: string | null; cpu_percent: number | null }[];

it.each<[string, SshdOptions, string]>([
  ["a key that only reads files", {}, 'restrict,command="internal-sftp -R"'],
  ["commands, where SFTP is off", { subsystem: null }, ""],
])(
  "%s: tells of every process, who uses most, and what has begun since",
  { timeout: 60_000 },
  async (_case, options, rules) => {
    const { host } = await reader(options, rules);
    const take = readings(host);
    expect((await take()).unavailable).toMatchObject({ cpu_percent: "needs a second sample" });
    // Others begin and end programs meanwhile.
    await expect.poll(() => missed(take), soon).toBeLessThanOrEqual(5);
    const busy = running("sh", "-c", "while :; do :; done");
    const found = async () => listOf(await take(), "by_cpu").find(({ pid }) => pid === busy.pid);
    const user = userInfo().username;
    await expect.poll(found, soon).toMatchObject({ command: "sh", user });
    busy.kill("SIGKILL");
    await expect.poll(found, soon).toBeUndefined();
  },
);

it("keeps one handle for each process that is there, and none of those that have ended", async () => {
  const { host, sshd } = await reader({}, 'restrict,command="internal-sftp -R"');
  const take = readings(host);
  const open = () =>
    numbers().flatMap((id) => {
      try {
        if (!readFileSync(`/proc/${id}/cmdline`, "utf8").includes(`: ${sshd.user}`)) return [];
        return readdirSync(`/proc/${id}/fd`).map((fd) => readlinkSync(`/proc/${id}/fd/${fd}`));
      } catch {
        return [];
      }
    });
  const crowd = Array.from({ length: 20 }, () => running("sleep", "600"));
  const held = () => crowd.filter(({ pid }) => open().includes(`/proc/${pid}/stat`)).length;
  await take();
  await take();
  // sshd lets nobody but root look at its handles.
  if (!isRoot) return expect(await missed(take)).toBeLessThan(25);
  expect(held()).toBe(20);
  const files = open().filter((file) => file.startsWith("/proc/"));
  expect(files.length).toBe(new Set(files).size);
  expect(files.filter((file) => /\/(status|io)$/.test(file))).toEqual([]);
  for (const one of crowd) one.kill("SIGKILL");
  await Promise.all(crowd.map((one) => one.exitCode !== null || one.signalCode !== null || once(one, "exit")));
  await take();
  await expect.poll(held, soon).toBe(0);
});
