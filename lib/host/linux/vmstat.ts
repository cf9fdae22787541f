// Paging of a Linux host.
import type { HostReader } from "../../probe";
import type { PagingReading } from "../readings";
import { noPaging } from "../unknown";
import { countAfter } from "./scan";

const NOT_COUNTED = "this kernel does not count it";

export async function readPaging(host: HostReader): Promise<PagingReading> {
  const text = await host.text("/proc/vmstat");
  return text === null ? noPaging("/proc/vmstat cannot be read") : parsePaging(text, host.pageSize);
}

/**
 * /proc/vmstat, see proc_vmstat(5); never throws, what is missing is null. The kernel counts what is paged in sectors, and
 * tells it in KiB (mm/vmstat.c).
 */
export function parsePaging(text: string, pageSizeBytes: number): PagingReading {
  const counts = {
    pagedInKib: countAfter(text, "pgpgin "),
    pagedOutKib: countAfter(text, "pgpgout "),
    swappedInPages: countAfter(text, "pswpin "),
    swappedOutPages: countAfter(text, "pswpout "),
    faults: countAfter(text, "pgfault "),
    majorFaults: countAfter(text, "pgmajfault "),
    outOfMemoryKills: countAfter(text, "oom_kill "),
  };
  const { pagedInKib, pagedOutKib, swappedInPages, swappedOutPages } = counts;
  const noPages = pagedInKib === null || pagedOutKib === null;
  // A kernel built without swap does not have these lines.
  const noSwap = swappedInPages === null || swappedOutPages === null;
  return {
    ...counts,
    pageSizeBytes,
    unavailable: {
      ...(pagedInKib === null && { pgpgin_kb_per_sec: NOT_COUNTED }),
      ...(pagedOutKib === null && { pgpgout_kb_per_sec: NOT_COUNTED }),
      ...(noPages && { page_io_bytes_per_sec: NOT_COUNTED }),
      ...(swappedInPages === null && { pswpin_pages_per_sec: NOT_COUNTED }),
      ...(swappedOutPages === null && { pswpout_pages_per_sec: NOT_COUNTED }),
      ...(noSwap && { swap_io_bytes_per_sec: NOT_COUNTED }),
      ...(counts.faults === null && { faults_per_sec: NOT_COUNTED }),
      ...(counts.majorFaults === null && { major_faults_per_sec: NOT_COUNTED }),
    },
  };
}
