// Readings of machines that do not tell: a reason in the place of each number, the same for every kind of host.

import type { Reason, Reasons } from "../reasons";
import { type PagingReading, PRESSURE_RESOURCES, type PressureReading, type ProcessesReading } from "./readings";

const PAGING =
  "pgpgin_kb_per_sec pgpgout_kb_per_sec pswpin_pages_per_sec pswpout_pages_per_sec page_io_bytes_per_sec swap_io_bytes_per_sec faults_per_sec major_faults_per_sec";
const PRESSURE = "avg10 avg60 avg300 stall_percent";
const PROCESSES = "processes threads command_processes cpu_percent rss_bytes";

export function noPaging(reason: Reason): PagingReading {
  const nothing = { pagedInKib: null, pagedOutKib: null, swappedInPages: null, swappedOutPages: null };
  const faults = { faults: null, majorFaults: null, outOfMemoryKills: null };
  return { ...nothing, ...faults, pageSizeBytes: 0, unavailable: all(PAGING, reason) };
}

export function noPressure(reason: Reason): PressureReading {
  const stalls = Object.fromEntries(PRESSURE_RESOURCES.map((resource) => [resource, { some: null, full: null }]));
  return { stalls: stalls as PressureReading["stalls"], unavailable: all(PRESSURE, reason) };
}

export function noProcesses(reason: Reason): ProcessesReading {
  return {
    ...{ processes: null, kept: new Set<string>(), uptimeSeconds: null, ticksPerSecond: 0 },
    unavailable: all(PROCESSES, reason),
  };
}

function all(names: string, reason: Reason): Reasons {
  return Object.fromEntries(names.split(" ").map((name) => [name, reason]));
}
