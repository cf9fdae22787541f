// What this machine is: asked once at the start, never on the way of a sample.
import { arch, cpus, hostname, release, totalmem, uptime } from "node:os";
import type { HostReader } from "../probe";
import { openLocalHost } from "./connect";
import { readContainer } from "./linux/container";
import { countAfter } from "./linux/scan";
import type { ContainerFacts, HostFacts } from "./schema";

/** systeminformation starts a dozen programs; one that hangs must not keep the facts away. */
const DEADLINE_MS = 15_000;

let cached: Promise<HostFacts> | undefined;

/** Facts about this machine, the same promise for every caller; never rejects: what cannot be found out is null. */
export function hostFacts(): Promise<HostFacts> {
  cached ??= readFacts();
  return cached;
}

async function readFacts(): Promise<HostFacts> {
  const host = openLocalHost();
  try {
    const container = host.kind === "linux" ? await readContainer(host) : null;
    const [told, bootTime] = [await askLibrary(), await readBootTime(host)];
    return toHostFacts({ told, container, bootTime, source: host.kind });
  } finally {
    await host.close();
  }
}

/** What the library told, as far as we use it. It says nothing with an empty text, `-`, `Not Specified` or 0. */
export interface LibraryFacts {
  system?: { manufacturer?: string; model?: string; virtual?: boolean; virtualHost?: string };
  osInfo?: { distro?: string; release?: string; kernel?: string; arch?: string };
  cpu?: { manufacturer?: string; brand?: string; cores?: number; physicalCores?: number };
}

interface Told {
  told: LibraryFacts;
  container: ContainerFacts | null;
  bootTime: number | null;
  source: HostReader["kind"];
}

/** Pure but for the basic numbers Node itself has. */
export function toHostFacts({ told, container, bootTime, source }: Told): HostFacts {
  const { system = {}, osInfo = {}, cpu = {} } = told;
  // The library calls the machine under a container "Docker Container": that is no model.
  const model = system.model === "Docker Container" ? null : said(system.model);
  return {
    hostname: hostname(),
    manufacturer: said(system.manufacturer),
    model,
    os: [said(osInfo.distro), said(osInfo.release)].filter(Boolean).join(" ") || process.platform,
    kernel: said(osInfo.kernel) ?? release(),
    arch: said(osInfo.arch) ?? arch(),
    virtualisation: hypervisor(system, container),
    container,
    cpu_model: cpus()[0]?.model.trim() || said([cpu.manufacturer, cpu.brand].filter(Boolean).join(" ")),
    core_count: cpu.cores || cpus().length || null,
    physical_cores: cpu.physicalCores || null,
    memory_total_bytes: totalmem(),
    boot_time: bootTime === null ? null : new Date(bootTime).toISOString(),
    source,
  };
}

/** The library counts a container as virtual too; then only a named hypervisor counts. */
function hypervisor(system: NonNullable<LibraryFacts["system"]>, container: ContainerFacts | null): string | null {
  const named = said(system.virtualHost);
  return named ?? (system.virtual && !container ? "unknown" : null);
}

function said(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? "";
  return /^(|-|unknown|not specified|to be filled by o\.e\.m\.|default string|system product name)$/i.test(trimmed)
    ? null
    : trimmed;
}

/** One call; empty where it fails or takes too long. */
async function askLibrary(): Promise<LibraryFacts> {
  const wanted = {
    system: "manufacturer, model, virtual, virtualHost",
    osInfo: "distro, release, kernel, arch",
    cpu: "manufacturer, brand, cores, physicalCores",
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<LibraryFacts>((resolve) => {
    timer = setTimeout(() => resolve({}), DEADLINE_MS);
    timer.unref();
  });
  try {
    const { default: library } = await import("systeminformation");
    return await Promise.race([library.get(wanted) as Promise<LibraryFacts>, late]);
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds since the epoch. The kernel's own number does not move with each call, unlike "now less uptime". */
async function readBootTime(host: HostReader): Promise<number | null> {
  const seconds = countAfter((await host.text("/proc/stat")) ?? "", "btime ");
  if (seconds !== null) return seconds * 1000;
  const running = uptime();
  return running > 0 ? Math.round(Date.now() / 1000 - running) * 1000 : null;
}
