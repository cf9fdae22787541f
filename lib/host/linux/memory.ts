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
    all: parseAll(text),
    unavailable: {
      ...(available === null && { available_bytes: TOO_OLD, usage_percent: TOO_OLD }),
      ...(hugePagesTotal === null && { hugepages_total: "this kernel is built without huge pages" }),
    },
  };
}

const LINE = /^([A-Za-z0-9_()]{1,40}):[ \t]+(\d{1,20})( kB)?\n/gm;
/** Kernels have about sixty. */
const MOST_LINES = 100;

function parseAll(text: string): MemoryReading["all"] {
  const all: MemoryReading["all"] = {};
  let left = MOST_LINES;
  for (const [, name = "", count, unit] of text.matchAll(LINE)) {
    if (left-- === 0) break;
    all[name] = Number(count) * (unit ? 1024 : 1);
  }
  return all;
}
