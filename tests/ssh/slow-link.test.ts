// A machine behind a link that is slow, or passes nothing for a while: gaps, then recovery, and no rate over a gap.
import { createServer, connect as dial, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, type Memory, type Sources } from "../../lib/collect/ask";
import { createMachines } from "../../lib/collect/machines";
import type { CollectedServer, TaskSpec } from "../../lib/collect/plan";
import { cpu } from "../../lib/host/probes/cpu";
import { memory } from "../../lib/host/probes/memory";
import { connectSsh } from "../../lib/host/ssh/connect";
import { type HostProbe, SSH_CODES } from "../../lib/probe";
import { type Sshd, startSshd } from "./support/sshd";

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const TICK_MS = 10;
const soon = { timeout: 20_000, interval: 100 };

/** A relay that passes so many bytes a second in each direction; 0: none. */
async function startLink(port: number, first: number) {
  let bytesPerSecond = first;
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const pass = (from: Socket, to: Socket) => {
    let waiting = Buffer.alloc(0);
    sockets.add(from);
    from.on("error", () => to.destroy()).on("close", () => to.destroy());
    from.on("data", (data) => {
      waiting = Buffer.concat([waiting, data]);
    });
    const timer = setInterval(() => {
      const room = Math.min(waiting.length, Math.ceil((bytesPerSecond * TICK_MS) / 1000));
      if (room > 0 && to.writable) to.write(waiting.subarray(0, room));
      waiting = waiting.subarray(room);
    }, TICK_MS);
    timers.add(timer);
  };
  const server = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as { port: number }).port,
    set(speed: number) {
      bytesPerSecond = speed;
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

it("gives values while it is slow, gaps while it is dead, and values again", { timeout: 90_000 }, async () => {
  const link = await startLink(sshd.port, 64_000);
  const { privateKey } = await sshd.clientKey("ed25519", 'restrict,command="internal-sftp -R"');
  const address = { host: sshd.host, port: link.port, user: sshd.user, hostKeys: sshd.hostKeys() };
  const machines = createMachines({
    open: () => connectSsh({ ...address, auth: { type: "key", privateKey, passphrase: "" } }),
  });
  const server = {
    ...{ id: 7, name: "far", hostKind: "ssh", postgres: null, intervals: {} },
    ssh: { ...address, auth: { type: "password", password: null } },
  } as CollectedServer;
  const memories = new Map<string, Memory | undefined>();
  const asked = async (probe: HostProbe, timeoutMs: number) => {
    const task: TaskSpec = {
      key: probe.name,
      probe: { ...probe, timeoutMs },
      server,
      live: false,
      intervalMs: 5_000,
      phaseMs: 0,
    };
    const { outcome, memory: next } = await ask(task, { machines } as unknown as Sources, memories.get(probe.name));
    memories.set(probe.name, next);
    return outcome;
  };
  const usage = async (timeoutMs = 20_000) => {
    const outcome = await asked(cpu, timeoutMs);
    if (outcome.outcome !== "ok") return outcome.outcome === "failed" ? outcome.code : outcome.outcome;
    return outcome.reading.rows.find(({ values }) => "usage_percent" in values)?.values.usage_percent ?? null;
  };
  try {
    // The first reading has no growth yet.
    expect(await usage()).toBeNull();
    await expect.poll(() => usage(), soon).toEqual(expect.any(Number));
    link.set(0);
    const before = performance.now();
    const codes = [await usage(600), (await asked(memory, 600)).outcome];
    expect(SSH_CODES.has(String(codes[0])) || codes[0] === "timeout").toBe(true);
    expect(codes[1]).toBe("failed");
    // The deadline holds, however long the link is dead.
    expect(performance.now() - before).toBeLessThan(10_000);
    link.set(10_000_000);
    await expect.poll(() => usage(5_000), soon).toBeNull();
    await expect.poll(() => usage(5_000), soon).toEqual(expect.any(Number));
    expect((await asked(memory, 5_000)).outcome).toBe("ok");
  } finally {
    await machines.close();
    link.stop();
  }
});
