// What decides whether perf can count on a machine, read before it is started.
import { constants } from "node:fs";
import { access, open, realpath } from "node:fs/promises";
import path from "node:path";
import type { HostReader } from "../../probe";
import { readContainer } from "../linux/container";
import { singleLine } from "../linux/scan";

/** Where programs are looked for; the environment of this process is none of perf's business. */
export const PROGRAM_FOLDERS: readonly string[] = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

export interface Program {
  path: string;
  /** Capabilities of a script's file mean nothing. */
  isScript: boolean;
}

export interface Situation {
  /** null: not installed. */
  perf: Program | null;
  paranoid: number | null;
  /** `6.1.0-18-amd64`; empty where unknown, like the texts below. */
  kernel: string;
  /** Cores that run: `0-3,5`. */
  online: string;
  /** `ID` and `ID_LIKE` of os-release(5). */
  systems: readonly string[];
  /** The container's kind; null: in none. */
  container: string | null;
  /** Who made the machine, `QEMU` for instance. */
  maker: string;
}

/** @param folders where perf is looked for */
export async function readSituation(host: HostReader, folders = PROGRAM_FOLDERS): Promise<Situation> {
  const line = async (file: string) => singleLine(await host.text(file)) ?? "";
  const paranoid = await line("/proc/sys/kernel/perf_event_paranoid");
  const release = (await host.text("/etc/os-release")) ?? "";
  return {
    perf: await findPerf(folders),
    paranoid: /^-?\d+$/.test(paranoid) ? Number(paranoid) : null,
    kernel: await line("/proc/sys/kernel/osrelease"),
    online: await line("/sys/devices/system/cpu/online"),
    systems: ["ID", "ID_LIKE"].flatMap((key) => wordsOf(release, key)),
    container: (await readContainer(host))?.kind ?? null,
    maker: await line("/sys/class/dmi/id/sys_vendor"),
  };
}

function wordsOf(release: string, key: string): string[] {
  const value = new RegExp(`^${key}=["']?([^"'\n]*)`, "m").exec(release)?.[1] ?? "";
  return value.toLowerCase().split(" ").filter(Boolean);
}

async function findPerf(folders: readonly string[]): Promise<Program | null> {
  for (const folder of folders) {
    try {
      const file = await realpath(path.join(/* turbopackIgnore: true */ folder, "perf"));
      await access(file, constants.X_OK);
      return { path: file, isScript: await isScript(file) };
    } catch {
      // Not in this one.
    }
  }
  return null;
}

/** One that only runs but cannot be read is taken for a program. */
async function isScript(file: string): Promise<boolean> {
  const handle = await open(/* turbopackIgnore: true */ file).catch(() => null);
  if (!handle) return false;
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(2), length: 2 });
    return buffer.toString("latin1") === "#!";
  } finally {
    await handle.close();
  }
}
