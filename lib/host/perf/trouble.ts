// Why perf cannot count, and the command that would change that. Pure.
import type { PerfTrouble } from "../perf-schema";
import { type Fare, isSoftware, PERF_EVENTS, type PerfEvent } from "./events";
import type { Situation } from "./situation";

const MOST_WORDS = 300;

export const STARTING: PerfTrouble = {
  code: "starting",
  message: "perf has begun to count; its first interval has not ended yet",
  remedy: null,
};

export const NOT_LINUX: PerfTrouble = {
  code: "not_linux",
  message: "perf is a program of Linux, and this machine runs something else",
  remedy: null,
};

export const FILES_ONLY: PerfTrouble = {
  code: "files_only",
  message: "This key only reads files; perf needs one that may run commands",
  remedy: null,
};

/** perf is not installed, or is a script that finds none for this kernel. */
export function noPerf(situation: Situation): PerfTrouble {
  return { code: "no_perf", message: "The program perf is not installed here", remedy: installCommand(situation) };
}

/** By the words of os-release(5): `ID`, then `ID_LIKE`. */
const INSTALL: readonly [RegExp, (kernel: string) => string][] = [
  [/^ubuntu$/, (kernel) => `sudo apt-get install linux-tools-${kernel || "generic"}`],
  [/^debian$/, () => "sudo apt-get install linux-perf"],
  [/^(fedora|rhel|centos)$/, () => "sudo dnf install perf"],
  [/^(suse|opensuse.*|sles)$/, () => "sudo zypper install perf"],
  [/^arch$/, () => "sudo pacman -S perf"],
  [/^alpine$/, () => "sudo apk add perf"],
];

function installCommand({ systems, kernel }: Situation): string | null {
  for (const system of systems) {
    const found = INSTALL.find(([name]) => name.test(system));
    if (found) return found[1](kernel);
  }
  return null;
}

/** What perf said when it ended by itself. @param complaint its standard error output */
export function troubleOf(complaint: string, situation: Situation): PerfTrouble {
  if (/perf not found for kernel|linux-tools-|executable .*perf.* not found/i.test(complaint)) {
    const remedy = installCommand(situation) ?? /apt-get install \S+|linux-tools-\S+/.exec(complaint)?.[0] ?? null;
    return { code: "no_perf", message: "There is no perf for the kernel that runs here", remedy };
  }
  if (/Access to performance monitoring|permission|not permitted|perf_event_paranoid/i.test(complaint))
    return noPermission(situation);
  const lines = complaint.split("\n").map((line) => line.trim());
  const first = lines.find((line) => line !== "" && line !== "Error:");
  return {
    code: "failed",
    message: first ? `perf ended: ${first.slice(0, MOST_WORDS)}` : "perf ended without a word",
    remedy: null,
  };
}

/** https://www.kernel.org/doc/html/latest/admin-guide/perf-security.html: system-wide counting needs CAP_PERFMON or a value below 1. */
function noPermission(situation: Situation): PerfTrouble {
  const { paranoid } = situation;
  const setting = paranoid === null ? "" : ` (kernel.perf_event_paranoid is ${paranoid})`;
  return {
    code: "no_permission",
    message: `The kernel does not let this process count on all processors${setting}; CAP_PERFMON would be enough`,
    remedy: permissionRemedy(situation),
  };
}

const LET_ALL_COUNT = "sudo sysctl -w kernel.perf_event_paranoid=0";

/** As docs/install-systemd.md has it: nothing else gives a right to a service with NoNewPrivileges. */
const LET_SERVICE_COUNT =
  "sudo install -D -m 0644 /opt/dozor/deploy/dozor-perf.conf /etc/systemd/system/dozor.service.d/perf.conf && sudo systemctl daemon-reload && sudo systemctl restart dozor";

function permissionRemedy({ container, kernel, noNewPrivileges, perf }: Situation): string {
  if (container === "kubernetes") return 'securityContext: {capabilities: {add: ["PERFMON"]}}';
  if (container === "docker" || container === "podman") return `${container} run --cap-add PERFMON …`;
  if (!knowsPerfmon(kernel)) {
    const filter = "   (and SystemCallFilter=perf_event_open for the service: see deploy/dozor-perf.conf)";
    return noNewPrivileges ? `${LET_ALL_COUNT}${filter}` : LET_ALL_COUNT;
  }
  if (noNewPrivileges) return LET_SERVICE_COUNT;
  return perf && !perf.isScript ? `sudo setcap cap_perfmon+ep ${perf.path}` : LET_ALL_COUNT;
}

/** The capability came with Linux 5.8. */
function knowsPerfmon(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split(/[.-]/, 2).map(Number);
  return major > 5 || (major === 5 && minor >= 8);
}

/** Hypervisors by the maker that they show, and how each gives its guest the processor's counters. */
const HYPERVISORS: readonly [RegExp, string][] = [
  [/QEMU|Red Hat|KVM/i, "virt-xml GUEST --edit --cpu host-passthrough   (on the host of this virtual machine)"],
  [/VMware/i, 'vpmc.enable = "TRUE"   (in the .vmx file of this virtual machine)'],
  [/Microsoft/i, 'Set-VMProcessor GUEST -Perfmon @("pmu")   (on the host of this virtual machine)'],
];

/** Set where not one event of the processor can be counted; the kernel's own can. */
export function noCounters(fares: ReadonlyMap<PerfEvent, Fare>, { maker }: Situation): PerfTrouble | null {
  const ofProcessor = PERF_EVENTS.filter((event) => !isSoftware(event) && fares.has(event));
  if (ofProcessor.length === 0 || ofProcessor.some((event) => fares.get(event) !== "not supported")) return null;
  return {
    code: "no_pmu",
    message:
      "The processor's counters are not visible here; virtual machines have them only where their host passes them on",
    remedy: HYPERVISORS.find(([name]) => name.test(maker))?.[1] ?? null,
  };
}

/** Set where a configured core is not there or is switched off. @param cores as configured, `all` or `0-3,5` */
export function noSuchCore(cores: string, { online }: Situation): PerfTrouble | null {
  if (cores === "all" || online === "") return null;
  const has = rangesOf(online);
  const wrong = rangesOf(cores).filter(([from, to]) => !has.some(([first, last]) => first <= from && to <= last));
  if (wrong.length === 0) return null;
  return {
    code: "no_such_core",
    message: `The setting names cores ${cores}, but this machine runs ${online}`,
    remedy: null,
  };
}

function rangesOf(list: string): (readonly [number, number])[] {
  return list.split(",").map((range) => {
    const [from = Number.NaN, to = from] = range.split("-").map(Number);
    return [from, to] as const;
  });
}
