// Which programs use the machine: those that use most right now, and each command over time.
import { defineProbe, type Reading, type Row } from "../../probe";
import { ratePerSecond, roundTo } from "../../rate";
import { commandsOf, type Grown, grownOf, leadersOf } from "../leading-processes";
import { firstSampleReasons, gauge, placed } from "../metric";
import type { ProcessesReading } from "../readings";
import { sourceOf } from "../sources";

/** Label of all commands without series of their own. */
const OTHERS = "(others)";

/** Over time nothing finer is kept: the kernel itself counts pages in batches, up to 64 for each thread (proc_pid_stat(5)). */
const RSS_GRAIN = 64 * 1024;

const metrics = {
  processes: { ...gauge("count", "Processes, threads of the kernel counted"), place: "total" },
  threads: { ...gauge("count", "Threads of all processes"), place: "threads" },
  ...placed("commands.{command}.", {
    command_processes: { ...gauge("count", "Processes of one command"), place: "commands.{command}.processes" },
    cpu_percent: gauge("percent", "Processor time of one command; 100 is one processor all of the time"),
    rss_bytes: gauge("bytes", "Memory of one command; what its processes share is counted for each"),
  }),
};

const FIRST = firstSampleReasons(["cpu_percent", "by_cpu"]);

/** Every other sample: hundreds of files cost more than all other probes together. */
export const processes = defineProbe<ProcessesReading>({
  facet: "host",
  name: "processes",
  interval: "sampling_interval_seconds",
  every: 2,
  live: false,
  timeoutMs: 5000,
  labels: ["command"],
  metrics,
  read: (host) => sourceOf(host).processes(host),
  rows,
});

function rows(now: ProcessesReading, before: ProcessesReading | undefined, elapsedSeconds: number): Reading {
  if (now.processes === null) {
    return { rows: [{ labels: {}, values: { processes: null, threads: null } }], unavailable: now.unavailable };
  }
  const since = { before, elapsedSeconds };
  const grown = grownOf(now, since);
  const perTick = elapsedSeconds > 0 ? 100 / (now.ticksPerSecond * elapsedSeconds) : null;
  const percentOf = (ticks: number | null) => (ticks === null || perTick === null ? null : roundTo(ticks * perTick, 1));
  const kept = (percent: number | null) => (percent !== null && percent >= 10 ? Math.round(percent) : percent);
  const threads = now.processes.reduce((sum, one) => sum + one.threads, 0);
  // Where only some processes are shown, their number is not the machine's.
  const total = "processes" in now.unavailable ? null : now.processes.length;
  const commands = commandsOf(grown, ({ group }) => (now.kept.has(group) ? group : OTHERS));
  const list: Row[] = commands.map(({ name, cpuTicks, ...one }) => ({
    labels: { command: name },
    values: {
      command_processes: one.processes,
      cpu_percent: kept(percentOf(cpuTicks)),
      rss_bytes: Math.round(one.rssBytes / RSS_GRAIN) * RSS_GRAIN,
    },
  }));
  list.unshift({ labels: {}, values: { processes: total, threads: total === null ? null : threads } });
  const { byCpu, byMemory } = leadersOf(grown);
  const told = ({ process, before: earlier, cpuTicks }: Grown) => {
    const io = (of: "readBytes" | "writeBytes") =>
      ratePerSecond(process.more?.io?.[of], earlier?.more?.io?.[of], elapsedSeconds);
    return {
      pid: process.pid,
      command: process.command,
      user: process.more?.user ?? null,
      cpu_percent: percentOf(cpuTicks),
      rss_bytes: process.rssBytes,
      read_bytes_per_sec: io("readBytes"),
      write_bytes_per_sec: io("writeBytes"),
    };
  };
  return {
    rows: list,
    facts: { by_cpu: byCpu.map(told), by_memory: byMemory.map(told) },
    unavailable: before ? now.unavailable : { ...FIRST, ...now.unavailable },
  };
}
