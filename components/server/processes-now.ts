// The processes that use most of a machine, and the commands that lead, from the newest sample. Pure.
import { asNumber, entriesAt, fieldOf, numberAt } from "./locate";
import { type Probes, unavailableReason } from "./newest";

/** By which of two measures processes are ordered. */
export const ORDERS = ["cpu", "memory"] as const;
export type ProcessOrder = (typeof ORDERS)[number];

export interface ProcessNow {
  pid: number;
  command: string;
  user: string | null;
  /** 100 is one processor. */
  cpuPercent: number | null;
  rssBytes: number | null;
  readPerSecond: number | null;
  writePerSecond: number | null;
}

const LISTS: Record<ProcessOrder, string> = { cpu: "by_cpu", memory: "by_memory" };

/** Those that use most, the first the most. */
export function processesNow(probes: Probes, order: ProcessOrder): ProcessNow[] {
  const list = fieldOf(probes.processes?.data, LISTS[order]);
  return (Array.isArray(list) ? list : []).flatMap((one: unknown) => {
    const pid = asNumber(fieldOf(one, "pid"));
    if (pid === null) return [];
    return {
      pid,
      command: textOf(fieldOf(one, "command")) ?? "",
      user: textOf(fieldOf(one, "user")),
      cpuPercent: asNumber(fieldOf(one, "cpu_percent")),
      rssBytes: asNumber(fieldOf(one, "rss_bytes")),
      readPerSecond: asNumber(fieldOf(one, "read_bytes_per_sec")),
      writePerSecond: asNumber(fieldOf(one, "write_bytes_per_sec")),
    };
  });
}

/** How many run in all; null where that is not known. */
export const processCount = (probes: Probes): number | null => numberAt(probes.processes?.data, ["total"]);

/** Whether what some read and write may not be seen. */
export const isIoHidden = (probes: Probes): boolean => unavailableReason(probes, "processes", "io") !== undefined;

/** Lines that can be told apart. */
const MOST = 7;

/** Commands with most of a measure right now, the first the one with most. */
export function leadingCommands(probes: Probes, measure: "cpu_percent" | "rss_bytes"): string[] {
  return entriesAt(probes.processes?.data, "commands")
    .map(([name, one]) => ({ name, value: asNumber(one[measure]) ?? 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name);
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
