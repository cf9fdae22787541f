// What probes say of this machine, against what others know who made the load. Others use the machine too: what only they
// can spoil is measured again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, connect as dial, type Socket } from "node:net";
import { availableParallelism } from "node:os";
import path from "node:path";
import { afterAll, expect, it, onTestFinished, vi } from "vitest";
import type { Memory } from "../../lib/collect/ask";
import { askHost } from "../../lib/collect/ask-host";
import { LinuxReader } from "../../lib/host/linux-reader";
import { cpu } from "../../lib/host/probes/cpu";
import { disk } from "../../lib/host/probes/disk";
import { network } from "../../lib/host/probes/network";
import { processes } from "../../lib/host/probes/processes";
import type { HostProbe, Reading } from "../../lib/probe";

const host = new LinuxReader();
afterAll(() => host.close());

/** What a probe says of the time in which `work` is done, and how long that was. */
async function during(probe: HostProbe, work: () => Promise<unknown>): Promise<{ reading: Reading; seconds: number }> {
  const before = await probe.read(host);
  const at = performance.now();
  await work();
  const now = await probe.read(host);
  const seconds = (performance.now() - at) / 1000;
  return { reading: probe.rows(now, before, seconds), seconds };
}

const numberOf = ({ rows }: Reading, metric: string, labels: Record<string, string> = {}) =>
  rows.find(
    (row) => metric in row.values && Object.entries(labels).every(([name, value]) => row.labels[name] === value),
  )?.values[metric] ?? null;

const outputOf = async (child: ChildProcess): Promise<string> => {
  let text = "";
  child.stdout?.on("data", (data) => {
    text += data;
  });
  await once(child, "close");
  return text;
};

/** Keeps a processor busy for as long, and tells the seconds of it that it got: getrusage(2) of its whole life. */
const burn = async (ms: number, nice: number): Promise<number> => {
  const script = `const end = performance.now() + ${ms}; while (performance.now() < end);
    const { userCPUTime, systemCPUTime } = process.resourceUsage(); console.log((userCPUTime + systemCPUTime) / 1e6)`;
  return Number(
    await outputOf(
      spawn("nice", ["-n", `${nice}`, process.execPath, "-e", script], { stdio: ["ignore", "pipe", "inherit"] }),
    ),
  );
};

/** Tries a few times what other programs may disturb. */
const ATTEMPTS = 6;
async function undisturbed(measure: () => Promise<{ found: number; least: number; most: number }>): Promise<void> {
  const seen: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { found, least, most } = await measure();
    // Never less than was done, whatever others do.
    expect(found).toBeGreaterThanOrEqual(least);
    if (found <= most) return;
    seen.push(`${found} of at most ${most}`);
  }
  expect.fail(`always more than was done: ${seen.join(", ")}`);
}

it("processor time is what getrusage says, within 5 points", async () => {
  let used = 0;
  const { reading, seconds } = await during(cpu, async () => {
    // Of the lowest priority: they get what others leave, and nobody else is counted where they are.
    const all = await Promise.all(Array.from({ length: availableParallelism() }, () => burn(1_500, 19)));
    used = all.reduce((sum, one) => sum + one, 0);
  });
  const expected = (100 * used) / ((numberOf(reading, "core_count") ?? Number.NaN) * seconds);
  const share = numberOf(reading, "nice") ?? Number.NaN;
  expect(Math.abs(share - expected), `nice ${share} %, getrusage ${expected} %`).toBeLessThanOrEqual(5);
  expect(numberOf(reading, "usage_percent")).toBeGreaterThanOrEqual(expected - 5);
});

it("the processor time of one process is what getrusage says, within 5 points", async () => {
  const script = `process.stdin.once("data", () => {
    const before = process.resourceUsage();
    const end = performance.now() + 1_000; while (performance.now() < end);
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    console.log((userCPUTime - before.userCPUTime + systemCPUTime - before.systemCPUTime) / 1e6);
  }); console.log("ready")`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  const said = async () => String((await once(child.stdout, "data"))[0]).trim();
  expect(await said()).toBe("ready");
  let used = 0;
  const { reading, seconds } = await during(processes, async () => {
    child.stdin.write("go");
    used = Number(await said());
  });
  child.kill();
  const list = reading.facts?.by_cpu as { pid: number; cpu_percent: number }[];
  const found = list.find(({ pid }) => pid === child.pid)?.cpu_percent ?? Number.NaN;
  expect(Math.abs(found - (100 * used) / seconds)).toBeLessThanOrEqual(5);
});

it("a disk has written what dd wrote, and little more", { timeout: 90_000 }, async () => {
  // Temporary files may be in memory alone.
  const folder = mkdtempSync(path.join("node_modules", ".written-"));
  const bytes = 96 * 1024 * 1024;
  const written = ({ rows }: Reading) => rows.reduce((sum, { values }) => sum + (values.write_bytes_per_sec ?? 0), 0);
  try {
    await undisturbed(async () => {
      const parameters = ["if=/dev/zero", `of=${folder}/file`, "bs=1M", `count=${bytes / 2 ** 20}`, "conv=fdatasync"];
      const { reading, seconds } = await during(disk, () =>
        once(spawn("dd", parameters, { stdio: "ignore" }), "close"),
      );
      // The rate has four digits.
      return { found: written(reading) * seconds, least: bytes * 0.999, most: bytes * 1.2 };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("an interface has passed what was sent over it, within 5 %", { timeout: 90_000 }, async () => {
  const bytes = 192 * 1024 * 1024;
  const piece = Buffer.alloc(1024 * 1024, 7);
  const server = createServer((socket) => {
    let left = bytes;
    const send = () => {
      while (left > 0) {
        left -= piece.length;
        if (!socket.write(piece)) return void socket.once("drain", send);
      }
      socket.end();
    };
    send();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const transfer = async () => {
    const socket: Socket = dial(port, "127.0.0.1");
    let received = 0;
    for await (const data of socket) received += (data as Buffer).length;
    expect(received).toBe(bytes);
  };
  try {
    await undisturbed(async () => {
      const { reading, seconds } = await during(network, transfer);
      const rate = numberOf(reading, "bytes_recv_per_sec", { interface: "lo" }) ?? Number.NaN;
      return { found: rate * seconds, least: bytes * 0.999, most: bytes * 1.05 };
    });
  } finally {
    server.close();
  }
});

it.each([-3_600_000, 3_600_000])("a clock that steps by %d ms changes no rate", async (step) => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const asked = async (memory?: Memory) => {
    const began = performance.now();
    const answer = await askHost(cpu, host, memory);
    if (answer.outcome.outcome !== "ok") throw new Error(answer.outcome.outcome);
    return { ...answer, reading: answer.outcome.reading, began, ended: performance.now() };
  };
  const first = await asked();
  await new Promise((resolve) => setTimeout(resolve, 300));
  vi.setSystemTime(Date.now() + step);
  const second = await asked(first.memory);
  const count = (reading: Reading) => numberOf(reading, "interrupts") ?? Number.NaN;
  const growth = count(second.reading) - count(first.reading);
  const rate = numberOf(second.reading, "interrupts_per_sec");
  // It is rounded to four digits.
  expect(rate).toBeGreaterThanOrEqual((999 * growth) / (second.ended - first.began));
  expect(rate).toBeLessThanOrEqual((1_001 * growth) / (second.began - first.ended));
});
