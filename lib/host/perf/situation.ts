// What decides whether perf can count on a machine, read before it is started.
import type { HostReader } from "../../probe";
import { readContainer } from "../linux/container";
import { singleLine } from "../linux/scan";
import type { Program, Programs } from "./programs";

export interface Situation {
  /** null: not installed; undefined: no programs may be run there. */
  perf: Program | null | undefined;
  paranoid: number | null;
  /** `6.1.0-18-amd64`; empty where unknown, like the texts below. */
  kernel: string;
  /** Cores that run: `0-3,5`. */
  online: string;
  /** `ID` and `ID_LIKE` of os-release(5). */
  systems: readonly string[];
  /** The container's kind; null: in none. */
  container: string | null;
  /** Whether nothing that runs here gets rights from a program's file: neither `setcap` nor `sudo` helps it. */
  noNewPrivileges: boolean;
  /** Who made the machine, `QEMU` for instance. */
  maker: string;
}

/** @throws ProbeError */
export async function readSituation(host: HostReader, programs: Programs): Promise<Situation> {
  const line = async (file: string) => singleLine(await host.text(file)) ?? "";
  const paranoid = await line("/proc/sys/kernel/perf_event_paranoid");
  const release = (await host.text("/etc/os-release")) ?? "";
  return {
    perf: await programs.findPerf(),
    paranoid: /^-?\d+$/.test(paranoid) ? Number(paranoid) : null,
    kernel: await line("/proc/sys/kernel/osrelease"),
    online: await line("/sys/devices/system/cpu/online"),
    systems: ["ID", "ID_LIKE"].flatMap((key) => wordsOf(release, key)),
    container: (await readContainer(host))?.kind ?? null,
    noNewPrivileges: /^NoNewPrivs:\s*1$/m.test((await host.text("/proc/self/status")) ?? ""),
    maker: await line("/sys/class/dmi/id/sys_vendor"),
  };
}

function wordsOf(release: string, key: string): string[] {
  const value = new RegExp(`^${key}=["']?([^"'\n]*)`, "m").exec(release)?.[1] ?? "";
  return value.toLowerCase().split(" ").filter(Boolean);
}
