// What processes of this machine have used, as proc(5) tells it. Zero where there is no /proc.
import { readdirSync, readFileSync } from "node:fs";

/** Fields of /proc/PID/stat after the name, from the state on: field 3 of the manual is the first here. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  } catch {
    return [];
  }
}

/** CPU seconds, user and system, of a process and of the children it has waited for. */
const cpuOf = (pid: number): number =>
  statOf(pid)
    .slice(11, 15)
    .reduce((sum, ticks) => sum + Number(ticks), 0) / 100;

export const parentOf = (pid: number): number => Number(statOf(pid)[1] ?? 0);

/** A process and its children; those that ended meanwhile are counted with their parent by `cpuSeconds`. */
function familyOf(pid: number): number[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return [pid, ...all.map(Number).filter((other) => parentOf(other) === pid)];
}

/** CPU seconds so far of a process and of all that it has started, whoever started them in between. */
export function descendantCpuSeconds(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(Number(name));
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const sum = (one: number): number =>
    (children.get(one) ?? []).reduce((total, child) => total + sum(child), cpuOf(one));
  return sum(pid);
}

/** CPU seconds so far of a process and of all its children, ended ones included. */
export const familyCpuSeconds = (pid: number): number =>
  process.platform === "linux" ? familyOf(pid).reduce((sum, one) => sum + cpuOf(one), 0) : Number.NaN;

/** Memory of a process and its children in MiB; what they share is counted once. */
export const familyMemory = (pid: number): number =>
  process.platform === "linux" ? familyOf(pid).reduce((sum, one) => sum + proportionalMiB(one), 0) : Number.NaN;

function proportionalMiB(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
