// Whose a spool folder is: its name says which process of which machine (or container) writes it.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Names look like `3f2a91c04b7e.1234.987654.5d0c`: place, process, its start, and a number that makes it unique. */
const NAME = /^([0-9a-f]{12})\.(\d+)\.(\d+)\.[0-9a-f]{8}$/;

/** The start of a process in clock ticks since boot (proc_pid_stat(5), field 22), "0" where the system has no /proc. */
function startOf(pid: number | "self"): string | undefined {
  if (process.platform !== "linux") return "0";
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command, in parentheses, may hold anything; field 3 follows it.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Where process numbers mean the same: this boot of this machine, and this container. */
function place(): string {
  const parts = [hostname()];
  try {
    parts.push(readFileSync("/proc/sys/kernel/random/boot_id", "utf8"), readlinkSync("/proc/self/ns/pid"));
  } catch {
    // No Linux: the machine's name has to do.
  }
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 12);
}

const PLACE = place();

/** A new folder name of this process. */
export const ownFolderName = (): string =>
  `${PLACE}.${process.pid}.${startOf("self") ?? "0"}.${randomBytes(4).toString("hex")}`;

/**
 * Whether the process that a folder is named after lives. `unknown`: it is on another machine or in another container,
 * or this system tells too little; then only its touches of the folder show it.
 */
export function ownerOf(name: string): "self" | "dead" | "alive" | "unknown" | "nobody" {
  const [, where, pid, start] = NAME.exec(name) ?? [];
  if (where === undefined) return "nobody";
  if (where !== PLACE) return "unknown";
  if (Number(pid) === process.pid && start === startOf("self")) return "self";
  if (process.platform === "linux") return startOf(Number(pid)) === start ? "alive" : "dead";
  try {
    process.kill(Number(pid), 0);
    return "unknown";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "unknown" : "dead";
  }
}
