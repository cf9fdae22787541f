// What a Linux machine is, from its own files alone: for one whose library cannot be asked.
import type { HostReader } from "../../probe";
import type { HostFacts } from "../schema";
import { readContainer } from "./container";
import { parsePhysicalCores, parseStat } from "./cpu";
import { parseMemory } from "./memory";
import { countAfter, singleLine } from "./scan";

const KERNEL = "/proc/sys/kernel";
const DMI = "/sys/class/dmi/id";
const LONGEST = 200;
/** The kernel's names of what Node calls otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "x64", aarch64: "arm64" };
/** Makers of machines that are none, by a word that only they use. */
const HYPERVISORS: readonly [RegExp, string][] = [
  [/QEMU|KVM|RHEV|OpenStack/i, "KVM"],
  [/VMware/i, "VMware"],
  [/Microsoft Corporation Virtual Machine/i, "Hyper-V"],
  [/VirtualBox|innotek/i, "VirtualBox"],
  [/Xen/i, "Xen"],
  [/Parallels/i, "Parallels"],
  [/Amazon EC2/i, "Amazon EC2"],
  [/Google Compute Engine/i, "Google Compute Engine"],
];

/** What cannot be found out is null, or `unknown`. */
export async function readLinuxFacts(host: HostReader): Promise<HostFacts> {
  const line = async (path: string) => said(singleLine(await host.text(path)));
  const [hostname, kernel, architecture, manufacturer, model] = await Promise.all(
    [`${KERNEL}/hostname`, `${KERNEL}/osrelease`, `${KERNEL}/arch`, `${DMI}/sys_vendor`, `${DMI}/product_name`].map(
      line,
    ),
  );
  const files = ["/etc/os-release", "/usr/lib/os-release", "/proc/cpuinfo", "/proc/stat", "/proc/meminfo"];
  const [etc, usr, cpuinfo, stat, meminfo] = await Promise.all(files.map((path) => host.text(path)));
  const container = await readContainer(host);
  const bootSeconds = countAfter(stat ?? "", "btime ");
  const hypervisor = HYPERVISORS.find(([pattern]) => pattern.test(`${manufacturer} ${model}`))?.[1];
  const isGuest = /^flags\t.* hypervisor( |$)/m.test(cpuinfo ?? "");
  return {
    hostname: hostname ?? "unknown",
    manufacturer: manufacturer ?? null,
    model: model ?? null,
    os: parseOs(etc ?? usr ?? ""),
    kernel: kernel ?? "unknown",
    arch: ARCHITECTURES[architecture ?? ""] ?? architecture ?? (isX64(cpuinfo ?? "") ? "x64" : "unknown"),
    virtualisation: hypervisor ?? (isGuest && !container ? "unknown" : null),
    container,
    cpu_model: said(/^model name\t*: (.*)\n/m.exec(cpuinfo ?? "")?.[1]),
    core_count: parseStat(stat ?? "").cores.size || null,
    physical_cores: parsePhysicalCores(cpuinfo ?? ""),
    memory_total_bytes: parseMemory(meminfo ?? "").total,
    boot_time: bootSeconds === null || bootSeconds > 1e11 ? null : new Date(bootSeconds * 1000).toISOString(),
    source: "linux",
  };
}

/** `Debian GNU/Linux 12`, see os-release(5). */
export function parseOs(text: string): string {
  const value = (name: string) => said(new RegExp(`^${name}=(["']?)(.*)\\1\\n`, "m").exec(text)?.[2]);
  return [value("NAME"), value("VERSION_ID")].filter(Boolean).join(" ") || "Linux";
}

/** Kernels before 6.1 do not tell; "lm" (long mode) only a processor with 64 bits does. */
const isX64 = (cpuinfo: string): boolean => /^flags\t.* lm( |$)/m.test(cpuinfo);

function said(text: string | null | undefined): string | null {
  const trimmed = (text ?? "").trim().slice(0, LONGEST);
  return trimmed === "" ? null : trimmed;
}
