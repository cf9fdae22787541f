// Whether a Linux process lives in a container, how that is known, and what the container may use.
import type { HostReader } from "../../probe";
import { roundTo } from "../../rate";
import type { Count } from "../readings";
import type { ContainerFacts } from "../schema";
import { parseMounts } from "./mounts";
import { countsIn, singleCount, singleLine } from "./scan";

const CGROUP = "/sys/fs/cgroup";
/** Version 1 writes "no limit" as the largest multiple of the page size. */
const NO_LIMIT = 2 ** 60;

/** Words in control group and mount paths that only a runtime writes. */
const RUNTIMES: readonly [RegExp, string][] = [
  [/kubepods/, "kubernetes"],
  [/libpod|containers\/storage/, "podman"],
  [/docker/, "docker"],
  [/\/lxc[./]|lxc\.payload/, "lxc"],
  [/containerd|cri-/, "containerd"],
  [/systemd-nspawn|machine\.slice\/machine-/, "systemd-nspawn"],
];

/** What is known about the container this process is in, or null outside of one. */
export async function readContainer(host: HostReader): Promise<ContainerFacts | null> {
  const found = await findContainer(host);
  return found && { ...found, memory_limit_bytes: await memoryLimit(host), cpu_limit_cores: await cpuLimit(host) };
}

async function findContainer(host: HostReader): Promise<Pick<ContainerFacts, "kind" | "evidence"> | null> {
  const manager = singleLine(await host.text("/run/systemd/container"));
  if (manager) return { kind: manager, evidence: "/run/systemd/container" };
  if ((await host.list("/run/secrets/kubernetes.io/serviceaccount")).length > 0) {
    return { kind: "kubernetes", evidence: "/run/secrets/kubernetes.io" };
  }
  const groups = runtimeIn((await host.text("/proc/1/cgroup")) ?? "");
  if (groups) return { kind: groups, evidence: "/proc/1/cgroup" };
  const root = parseMounts((await host.text("/proc/self/mountinfo")) ?? "").findLast((one) => one.mount === "/");
  const overlay = root?.fstype === "overlay";
  // A machine may run from an unpacked image, its marks left behind; the kernel's own threads are seen only from outside.
  const seesKernel = (await host.text("/proc/2/comm")) === "kthreadd\n";
  if (seesKernel && !overlay) return null;
  if ((await host.list("/run")).includes(".containerenv")) return { kind: "podman", evidence: "/run/.containerenv" };
  if ((await host.list("/")).includes(".dockerenv")) return { kind: "docker", evidence: "/.dockerenv" };
  return overlay && !seesKernel ? { kind: "unknown", evidence: "the root file system is an overlay" } : null;
}

function runtimeIn(text: string): string | undefined {
  return RUNTIMES.find(([pattern]) => pattern.test(text))?.[1];
}

async function memoryLimit(host: HostReader): Promise<Count> {
  const limit =
    singleCount(await host.text(`${CGROUP}/memory.max`)) ??
    singleCount(await host.text(`${CGROUP}/memory/memory.limit_in_bytes`));
  return limit !== null && limit < NO_LIMIT ? limit : null;
}

async function cpuLimit(host: HostReader): Promise<Count> {
  const both = singleLine(await host.text(`${CGROUP}/cpu.max`));
  const [quota, period] = both
    ? countsIn(both, 0, both.length)
    : [
        singleCount(await host.text(`${CGROUP}/cpu/cpu.cfs_quota_us`)),
        singleCount(await host.text(`${CGROUP}/cpu/cpu.cfs_period_us`)),
      ];
  return quota && period ? roundTo(quota / period, 2) : null;
}
