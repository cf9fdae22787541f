// A whole machine over a real sshd, asked as the collector asks it.
import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sshd, startSshd } from "../../tests/ssh/support/sshd";
import { cpu } from "../host/probes/cpu";
import { memory } from "../host/probes/memory";
import { connectSsh } from "../host/ssh/connect";
import type { RemoteHost } from "../host/ssh/remote-host";
import { type HostProbe, ProbeError } from "../probe";
import { ask, type Memory, type Sources } from "./ask";
import { createMachines, type Machines } from "./machines";
import type { CollectedServer, TaskSpec } from "./plan";

let sshd: Sshd;
let privateKey: string;
let machines: Machines;
let told: RemoteHost[] = [];
const server = { id: 2, name: "shop", hostKind: "ssh", postgres: null, ssh: null, intervals: {} } as CollectedServer;

beforeAll(async () => {
  sshd = await startSshd();
  ({ privateKey } = await sshd.clientKey("ed25519", 'restrict,command="internal-sftp -R"'));
});
afterAll(() => sshd.stop());
afterEach(() => machines.close());

function start(): void {
  told = [];
  machines = createMachines({
    open: () =>
      connectSsh({
        ...{ host: sshd.host, port: sshd.port, user: sshd.user, hostKeys: sshd.hostKeys() },
        auth: { type: "key", privateKey, passphrase: "" },
      }),
    onHost: (_server, host) => told.push(host),
  });
}

async function asked(probe: HostProbe, before?: Memory) {
  const task: TaskSpec = { key: "", server, probe, live: false, intervalMs: 5_000, phaseMs: 0 };
  const answer = await ask(task, { machines } as unknown as Sources, before);
  const { outcome } = answer;
  const [whole] = outcome.outcome === "ok" ? outcome.reading.rows : [];
  return {
    ...answer,
    code: outcome.outcome === "failed" ? outcome.code : outcome.outcome,
    values: whole?.values ?? {},
  };
}
const cpuProbe = cpu as HostProbe;

/** Sessions of this sshd that serve files. */
const sessions = (): number[] =>
  execFileSync("pgrep", ["-u", sshd.user], { encoding: "utf8" }).trim().split("\n").map(Number);

describe("a machine over SSH", () => {
  it("tells rates from its second reading on, over one connection", async () => {
    start();
    const first = await asked(cpuProbe);
    expect(first).toMatchObject({ code: "ok", values: { usage_percent: null, core_count: expect.any(Number) } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [second, other] = await Promise.all([asked(cpuProbe, first.memory), asked(memory as HostProbe)]);
    expect(second.values).toMatchObject({ usage_percent: expect.any(Number), interrupts_per_sec: expect.any(Number) });
    expect(other.values).toMatchObject({ total_bytes: expect.any(Number) });
    expect([told.length, machines.count()]).toEqual([1, 1]);
    expect(told[0]?.isLinux).toBe(true);
  });

  it("leaves a gap while it is cut off, and no rate spans it", async () => {
    start();
    const { memory: before } = await asked(cpuProbe);
    await sshd.kill();
    const failed = await asked(cpuProbe, before);
    expect(failed).toMatchObject({ code: "ssh_unreachable", memory: undefined });
    await sshd.start();
    await expect.poll(async () => (await asked(cpuProbe)).code, { timeout: 10_000, interval: 300 }).toBe("ok");
    // What was read over the connection before says nothing of what this one leads to.
    expect((await asked(cpuProbe, before)).values).toMatchObject({ usage_percent: null });
    expect(told).toHaveLength(2);
  });

  it("that refuses the sign-in is asked again only after minutes, or in another way", async () => {
    let knocks = 0;
    machines = createMachines({
      open: () => {
        knocks += 1;
        return Promise.reject(new ProbeError("ssh_auth", "refused"));
      },
    });
    for (const probe of [cpuProbe, memory as HostProbe, cpuProbe]) {
      expect((await asked(probe)).code).toBe("ssh_auth");
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
    expect(knocks).toBe(1);
    const address = { host: "h", port: 22, user: "u", hostKeys: [] };
    const other = { ...server, ssh: { ...address, auth: { type: "password" as const, password: null } } };
    await expect(machines.host(other)).rejects.toMatchObject({ code: "ssh_auth" });
    expect(knocks).toBe(2);
    // The question for its disks pauses by itself.
    await machines.drop(2);
    await expect(machines.space(other)).rejects.toMatchObject({ code: "ssh_auth" });
    expect(knocks).toBe(3);
  });

  it("that falls silent is left at the deadline and reached anew", async () => {
    start();
    const quick = { ...cpuProbe, timeoutMs: 700 };
    await asked(cpuProbe);
    const stopped = sessions();
    for (const pid of stopped) process.kill(pid, "SIGSTOP");
    try {
      const { outcome } = await asked(quick);
      expect(outcome).toMatchObject({ code: "ssh_unreachable", message: expect.stringContaining("said nothing") });
    } finally {
      for (const pid of stopped) process.kill(pid, "SIGCONT");
    }
    await expect.poll(async () => (await asked(cpuProbe)).code, { timeout: 10_000, interval: 300 }).toBe("ok");
  });

  it("that answers late keeps its connection", async () => {
    start();
    const first = await asked(cpuProbe);
    const slow: HostProbe = {
      ...cpuProbe,
      timeoutMs: 400,
      read: async (host) => {
        for (;;) {
          await host.text("/proc/uptime");
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (slowEnds) return null;
        }
      },
    };
    let slowEnds = false;
    expect((await asked(slow)).outcome).toMatchObject({
      code: "timeout",
      message: expect.stringContaining("not this"),
    });
    slowEnds = true;
    expect((await asked(cpuProbe, first.memory)).values).toMatchObject({ usage_percent: expect.any(Number) });
  });
});
