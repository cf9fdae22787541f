// Memory and swap of a Linux host.
import { type HostReader, ProbeError } from "../../probe";
import type { MemoryReading } from "../readings";
import { requiredText } from "./required";
import { countAfter } from "./scan";

const TOO_OLD = "kernels before 3.14 do not tell what is available";

/** @throws ProbeError `read` without /proc/meminfo, `parse` when it does not tell the total */
export async function readMemory(host: HostReader): Promise<MemoryReading> {
  const reading = parseMemory(await requiredText(host, "/proc/meminfo"));
  if (reading.total === null) throw new ProbeError("parse", "/proc/meminfo does not tell the total");
  return reading;
}

/** /proc/meminfo, see proc_meminfo(5); never throws, what is missing is null. */
export function parseMemory(text: string): MemoryReading {
  const bytes = (label: string) => {
    const kilobytes = countAfter(text, label);
    return kilobytes === null ? null : kilobytes * 1024;
  };
  const available = bytes("MemAvailable:");
  const hugePagesTotal = countAfter(text, "HugePages_Total:");
  return {
    total: bytes("MemTotal:"),
    available,
    free: bytes("MemFree:"),
    cached: bytes("Cached:"),
    buffers: bytes("Buffers:"),
    shared: bytes("Shmem:"),
    dirty: bytes("Dirty:"),
    slab: bytes("Slab:"),
    swapTotal: bytes("SwapTotal:"),
    swapFree: bytes("SwapFree:"),
    hugePagesTotal,
    hugePagesFree: countAfter(text, "HugePages_Free:"),
    hugePagesReserved: countAfter(text, "HugePages_Rsvd:"),
    unavailable: {
      ...(available === null && { available_bytes: TOO_OLD, usage_percent: TOO_OLD }),
      ...(hugePagesTotal === null && { hugepages_total: "this kernel is built without huge pages" }),
    },
  };
}
