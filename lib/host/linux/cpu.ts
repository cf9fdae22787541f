// Processor times, clocks and load of a Linux host.
import { type HostReader, ProbeError } from "../../probe";
import type { Reasons } from "../../reasons";
import type { Count, CpuReading, CpuTimes } from "../readings";
import { halfMinute, remember, sparing } from "../remember";
import { requiredText } from "./required";
import { countAfter, countIn, countsIn, eachLine, lineStart, singleCount } from "./scan";
import { temperatures } from "./temperature";

const SYS_CPU = "/sys/devices/system/cpu";
/** A kernel cannot be built for more. */
const MOST_CORES = 8192;

/** What /proc/stat says; see proc_stat(5). */
export type Stat = Pick<
  CpuReading,
  "total" | "cores" | "interrupts" | "contextSwitches" | "running" | "blocked" | "forks" | "bootedAt"
>;

/** @throws ProbeError `read` without /proc/stat, `parse` when it holds no processor */
export async function readCpu(host: HostReader): Promise<CpuReading> {
  const stat = parseStat(await requiredText(host, "/proc/stat"));
  if (!stat.total) throw new ProbeError("parse", "/proc/stat has no line for all processors");
  const count = Math.max(0, ...stat.cores.keys()) + 1;
  const frequencyMhz = await frequencies(host, count);
  const temperatureCelsius = await temperatures(host, undefined);
  const loadAverage = parseLoadAverage(await host.text("/proc/loadavg"));
  const unavailable: Reasons = {};
  if (loadAverage.length === 0) unavailable.load_avg = "/proc/loadavg cannot be read";
  if (frequencyMhz.length === 0) unavailable.frequency_mhz = "neither cpufreq nor /proc/cpuinfo tells the clock";
  if (temperatureCelsius.length === 0) unavailable.temperature_celsius = "this machine shows no temperature sensor";
  return {
    ...stat,
    frequencyMhz,
    temperatureCelsius,
    loadAverage,
    physicalCores: await physicalCores(host, count),
    ticksPerSecond: host.ticksPerSecond,
    unavailable,
  };
}

/** Never throws; what is missing or garbled is null. */
export function parseStat(text: string): Stat {
  const cores: Stat["cores"] = new Map();
  let total: CpuTimes | null = null;
  eachLine(text, (start, end) => {
    if (!text.startsWith("cpu", start)) return false;
    const space = text.indexOf(" ", start);
    if (space < 0 || space > end) return;
    const times = toTimes(countsIn(text, space, end));
    const core = countIn(text, start + 3, space);
    if (space === start + 3) total = times;
    else if (core !== null && core < MOST_CORES && times) cores.set(core, times);
  });
  return {
    total,
    cores,
    interrupts: countAfter(text, "intr "),
    contextSwitches: countAfter(text, "ctxt "),
    running: countAfter(text, "procs_running "),
    blocked: countAfter(text, "procs_blocked "),
    forks: countAfter(text, "processes "),
    bootedAt: countAfter(text, "btime "),
  };
}

function toTimes(counts: readonly Count[]): CpuTimes | null {
  if (counts.length < 4) return null;
  const at = (index: number) => counts[index] ?? null;
  return {
    user: at(0),
    nice: at(1),
    system: at(2),
    idle: at(3),
    iowait: at(4),
    irq: at(5),
    softirq: at(6),
    steal: at(7),
    guest: at(8),
    guestNice: at(9),
  };
}

/** The three averages of /proc/loadavg, or none. */
export function parseLoadAverage(text: string | null): Count[] {
  const words = /^(\d{1,9}\.\d\d) (\d{1,9}\.\d\d) (\d{1,9}\.\d\d) .*\n/.exec(text ?? "");
  return words ? words.slice(1, 4).map(Number) : [];
}

/** Clock per processor; asking wakes sleeping ones on some machines, so it is done sparingly. */
const frequencies = remember(async (host, count: number): Promise<Count[]> => {
  const kilohertzOf = async (core: number) =>
    singleCount(await host.text(`${SYS_CPU}/cpu${core}/cpufreq/scaling_cur_freq`));
  const first = await kilohertzOf(0);
  if (first === null) return parseClocks((await host.text("/proc/cpuinfo")) ?? "");
  const others = await Promise.all(Array.from({ length: count - 1 }, (_, index) => kilohertzOf(index + 1)));
  return [first, ...others].map((kilohertz) => (kilohertz === null ? null : Math.round(kilohertz / 1000)));
}, sparing);

/** `cpu MHz` of /proc/cpuinfo by processor number, in whole MHz; empty where there is none (ARM). */
export function parseClocks(text: string): Count[] {
  const clocks: Count[] = [];
  let core: Count = null;
  eachLine(text, (start, end) => {
    const colon = text.indexOf(":", start);
    if (colon < 0 || colon > end) return;
    if (text.startsWith("processor", start)) core = countIn(text, colon + 1, end);
    if (core === null || core > 65_535 || !text.startsWith("cpu MHz", start)) return;
    const megahertz = text.slice(colon + 1, end).trim();
    while (clocks.length < core) clocks.push(null);
    clocks[core] = /^\d{1,6}(\.\d+)?$/.test(megahertz) ? Math.round(Number(megahertz)) : null;
  });
  return clocks;
}

const physicalCores = remember(async (host, count: number): Promise<Count> => {
  const fromInfo = parsePhysicalCores((await host.text("/proc/cpuinfo")) ?? "");
  if (fromInfo !== null) return fromInfo;
  const siblings = await Promise.all(
    Array.from({ length: count }, (_, core) => host.text(`${SYS_CPU}/cpu${core}/topology/thread_siblings_list`)),
  );
  return new Set(siblings.filter((text) => text !== null)).size || null;
}, halfMinute);

/** Different pairs of package and core in /proc/cpuinfo, or null where it names none. */
export function parsePhysicalCores(text: string): Count {
  const seen = new Set<string>();
  let from = 0;
  while (lineStart(text.slice(from, from + 9), "processor") === 0) {
    const next = text.indexOf("\nprocessor", from);
    const block = text.slice(from, next < 0 ? text.length : next + 1);
    const core = countAfter(block, "core id\t\t:");
    if (core === null) return null;
    seen.add(`${countAfter(block, "physical id\t:")}:${core}`);
    if (next < 0) break;
    from = next + 1;
  }
  return seen.size || null;
}
