// What a full sample of this machine costs, beside systeminformation asked for the same.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import system from "systeminformation";
import { openLocalHost } from "../lib/host/connect";
import { hostProbes } from "../lib/host/probes/index";
import { toSnapshot } from "../lib/host/snapshot";
import type { HostReader } from "../lib/probe";

const TIGHT_SAMPLES = 500;
const SPACED_SAMPLES = 20;
const LIBRARY_SAMPLES = 10;

interface Cost {
  own: number;
  children: number;
}

/** CPU milliseconds (user + system) of this process and of its ended children, per run of `work`. */
async function costOf(times: number, work: () => Promise<unknown>, pauseMs = 0): Promise<Cost> {
  let own = 0;
  const children = childTicks();
  for (let time = 0; time < times; time++) {
    const start = process.cpuUsage();
    await work();
    const spent = process.cpuUsage(start);
    own += (spent.user + spent.system) / 1000;
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return { own: own / times, children: ((childTicks() - children) * 10) / times };
}

/** cutime + cstime of proc_pid_stat(5), in hundredths of a second: process.resourceUsage() does not know children. */
function childTicks(): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[13]) + Number(fields[14]);
}

/** Milliseconds for a fixed piece of work, so that figures of two machines can be set in relation. */
function calibration(): number {
  const block = Buffer.alloc(1 << 20, 7);
  const start = process.cpuUsage();
  for (let round = 0; round < 100; round++) createHash("sha256").update(block).digest();
  const spent = process.cpuUsage(start);
  return (spent.user + spent.system) / 1000;
}

/** One sample of all probes but the dear ones, as the collector takes it: read, rates, snapshot. */
function sampler(host: HostReader): () => Promise<void> {
  const before = new Map<string, { raw: unknown; at: number }>();
  return async () => {
    for (const probe of hostProbes.filter(({ live }) => live !== false)) {
      const raw = await probe.read(host);
      const at = performance.now();
      const last = before.get(probe.name);
      const reading = probe.rows(raw, last?.raw, last ? (at - last.at) / 1000 : 0);
      toSnapshot(probe, reading.rows, reading.unavailable);
      before.set(probe.name, { raw, at });
    }
  };
}

async function askLibrary(): Promise<void> {
  await system.currentLoad();
  await system.mem();
  await system.networkStats("*");
  await system.networkConnections();
  await system.fsSize();
  await system.disksIO();
  await system.fsStats();
}

const host = openLocalHost();
const sample = sampler(host);
console.log(`calibration: 100 MB SHA-256 in ${calibration().toFixed(0)} ms of CPU`);
await costOf(200, sample);
const tight = await costOf(TIGHT_SAMPLES, sample);
console.log(`our sample, ${TIGHT_SAMPLES} in a row: ${tight.own.toFixed(2)} ms`);
const spaced = await costOf(SPACED_SAMPLES, sample, 1000);
console.log(`our sample, ${SPACED_SAMPLES} one second apart: ${spaced.own.toFixed(2)} ms (goal: 1.1)`);
for (const probe of hostProbes) {
  const cost = await costOf(TIGHT_SAMPLES, () => probe.read(host));
  console.log(`  reading ${probe.name}, in a row: ${(cost.own * 1000).toFixed(0)} µs`);
}
await host.close();
await askLibrary();
const library = await costOf(LIBRARY_SAMPLES, askLibrary, 1000);
const sum = library.own + library.children;
console.log(
  `systeminformation, the same questions: ${sum.toFixed(1)} ms (${library.own.toFixed(1)} own, ${library.children.toFixed(1)} in child processes)`,
);
console.log(`ratio: ours is 1/${(sum / spaced.own).toFixed(0)}`);
