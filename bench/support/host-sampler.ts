// A full sample of a machine as the collector takes it, and what it costs this process.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { hostProbes } from "../../lib/host/probes";
import { toSnapshot } from "../../lib/host/snapshot";
import type { HostProbe, HostReader } from "../../lib/probe";

/** Probes of each sample: neither processes, which are asked seldom, nor what perf counts. */
export const SAMPLED = hostProbes.filter(({ name, live }) => live !== false && name !== "perf_events");

interface Reader extends HostReader {
  /** Tells a reader of another machine that a reading begins. */
  begin?(): void;
}

/** One sample of these probes: read, rates, snapshot. @param readerOf through what a probe asks */
export function sampler(readerOf: (probe: HostProbe) => Reader, probes: readonly HostProbe[] = SAMPLED) {
  const before = new Map<string, { raw: unknown; at: number }>();
  const ask = async (probe: HostProbe): Promise<void> => {
    const reader = readerOf(probe);
    reader.begin?.();
    const raw = await probe.read(reader);
    const at = performance.now();
    const last = before.get(probe.name);
    const reading = probe.rows(raw, last?.raw, last ? (at - last.at) / 1000 : 0);
    toSnapshot(probe, reading.rows, reading.unavailable);
    before.set(probe.name, { raw, at });
  };
  return async (): Promise<void> => {
    await Promise.all(probes.map(ask));
  };
}

export interface Cost {
  own: number;
  children: number;
}

/** CPU milliseconds (user + system) of this process and of its ended children, per run of `work`. */
export async function costOf(times: number, work: () => Promise<unknown>, pauseMs = 0): Promise<Cost> {
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
