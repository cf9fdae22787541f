// How busy the processors are, how fast and how warm.
import { defineProbe, type Reading, type Row } from "../../probe";
import { ratePerSecond, roundTo } from "../../rate";
import { counters, firstSampleReasons, gauge, placed } from "../metric";
import type { CpuReading, CpuTimes } from "../readings";
import { sourceOf } from "../sources";

const SHARES = ["user", "system", "nice", "idle", "iowait", "irq", "softirq", "steal", "guest"] as const;
type Share = (typeof SHARES)[number];

const metrics = {
  ...placed("", {
    usage_percent: gauge("percent", "Time the processors did anything, input/output wait not counted"),
    user: gauge("percent", "Time in programs, guests not counted"),
    system: gauge("percent", "Time in the kernel"),
    nice: gauge("percent", "Time in programs of lowered priority, guests not counted"),
    idle: gauge("percent", "Time with nothing to do"),
    iowait: gauge("percent", "Time idle while a disk was waited for"),
    irq: gauge("percent", "Time serving hardware interrupts"),
    softirq: gauge("percent", "Time serving software interrupts"),
    steal: gauge("percent", "Time the hypervisor gave to others"),
    guest: gauge("percent", "Time running virtual machines of this host"),
    ...counters("count", { interrupts: "Interrupts served", context_switches: "Context switches" }),
    core_count: gauge("count", "Processors online, threads counted"),
    physical_cores: gauge("count", "Physical cores"),
    procs_running: gauge("count", "Threads that run or want to"),
    procs_blocked: gauge("count", "Threads that wait for a disk"),
  }),
  per_core: { ...gauge("percent", "Time one processor did anything"), place: "per_core[{core}]" },
  frequency_mhz: { ...gauge("MHz", "Clock of one processor"), place: "frequency_mhz[{core}]" },
  temperature_celsius: {
    ...gauge("celsius", "Temperature of a core, or of the package where cores have no sensor"),
    place: "temperature_celsius[{sensor}]",
  },
  load_avg: { ...gauge("count", "Load average over 1, 5 and 15 minutes"), place: "load_avg[{index}]" },
};

const FIRST = firstSampleReasons([
  "usage_percent",
  ...SHARES,
  "per_core",
  "interrupts_per_sec",
  "context_switches_per_sec",
]);

export const cpu = defineProbe<CpuReading>({
  facet: "host",
  name: "cpu",
  interval: "sampling_interval_seconds",
  timeoutMs: 5000,
  labels: ["core", "sensor", "index"],
  metrics,
  read: (host) => sourceOf(host).cpu(host),
  rows,
});

function rows(now: CpuReading, before: CpuReading | undefined, elapsedSeconds: number): Reading {
  const list: Row[] = [{ labels: {}, values: overall(now, before, elapsedSeconds) }];
  for (const [core, times] of now.cores) {
    const usage = shares(times, before?.cores.get(core))?.usage ?? null;
    list.push({ labels: { core: String(core) }, values: { per_core: usage } });
  }
  list.push(...indexed(now.frequencyMhz, "core", "frequency_mhz"));
  list.push(...indexed(now.temperatureCelsius, "sensor", "temperature_celsius"));
  list.push(...indexed(now.loadAverage, "index", "load_avg"));
  return {
    rows: list,
    unavailable: before ? now.unavailable : { ...FIRST, ...now.unavailable },
    exposed: exposed(now),
  };
}

/** Seconds since boot of each processor by state, as proc_stat(5) counts: guests are in `user` and `nice` as well. */
function exposed({ cores, ticksPerSecond, forks, bootedAt }: CpuReading): Row[] {
  const seconds = (ticks: number | null) => (ticks === null ? null : ticks / ticksPerSecond);
  const list: Row[] = [...cores].map(([core, times]) => ({
    labels: { core: String(core) },
    values: Object.fromEntries(Object.entries(times).map(([name, ticks]) => [name, seconds(ticks)])),
  }));
  list.push({ labels: {}, values: { forks, boot_time_seconds: bootedAt } });
  return list;
}

function overall(now: CpuReading, before: CpuReading | undefined, elapsedSeconds: number): Row["values"] {
  const part = shares(now.total, before?.total);
  const values: Row["values"] = { usage_percent: part?.usage ?? null };
  for (const name of SHARES) values[name] = part?.[name] ?? null;
  values.interrupts = now.interrupts;
  values.interrupts_per_sec = ratePerSecond(now.interrupts, before?.interrupts, elapsedSeconds);
  values.context_switches = now.contextSwitches;
  values.context_switches_per_sec = ratePerSecond(now.contextSwitches, before?.contextSwitches, elapsedSeconds);
  values.core_count = now.cores.size || null;
  values.physical_cores = now.physicalCores;
  values.procs_running = now.running;
  values.procs_blocked = now.blocked;
  return values;
}

function indexed(numbers: readonly (number | null)[], label: string, metric: string): Row[] {
  return numbers.map((value, index) => ({ labels: { [label]: String(index) }, values: { [metric]: value } }));
}

/**
 * Percentages of the time between two readings; the shares add up to 100.
 * Null after a reset: a state other than idle and iowait, which the kernel lets step back (proc(5)), went down.
 */
function shares(
  now: CpuTimes | null | undefined,
  before: CpuTimes | null | undefined,
): (Record<Share, number | null> & { usage: number }) | null {
  if (!now || !before) return null;
  const guest = growth(now.guest, before.guest);
  const guestNice = growth(now.guestNice, before.guestNice);
  const spent: Record<Share, number | null> = {
    user: without(growth(now.user, before.user), guest),
    system: growth(now.system, before.system),
    nice: without(growth(now.nice, before.nice), guestNice),
    idle: atLeastZero(growth(now.idle, before.idle)),
    iowait: atLeastZero(growth(now.iowait, before.iowait)),
    irq: growth(now.irq, before.irq),
    softirq: growth(now.softirq, before.softirq),
    steal: growth(now.steal, before.steal),
    guest: guest === null ? null : guest + (guestNice ?? 0),
  };
  if (spent.idle === null || spent.user === null) return null;
  let total = 0;
  for (const name of SHARES) {
    const value = spent[name] ?? 0;
    if (value < 0) return null;
    total += value;
  }
  if (total <= 0) return null;
  const usage = roundTo(((total - spent.idle - (spent.iowait ?? 0)) / total) * 100, 2);
  for (const name of SHARES) {
    const value = spent[name];
    spent[name] = value === null ? null : roundTo((value / total) * 100, 2);
  }
  return Object.assign(spent, { usage });
}

function growth(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before;
}

/** The guests' time is inside `user` and `nice`; their counters move a moment apart, so never below zero for that. */
function without(part: number | null, guest: number | null): number | null {
  if (part === null || part < 0) return part;
  return Math.max(0, part - Math.max(0, guest ?? 0));
}

function atLeastZero(value: number | null): number | null {
  return value === null ? null : Math.max(0, value);
}
