// Paging: what moves between memory and disks. Older clients know it under the name of bandwidth, which it is not.
import { defineProbe, type Reading } from "../../probe";
import { ratePerSecond, roundRate } from "../../rate";
import { firstSampleReasons, gauge, placed } from "../metric";
import type { PagingReading } from "../readings";
import { sourceOf } from "../sources";

const KIB = 1024;

const metrics = placed("", {
  pgpgin_kb_per_sec: gauge("KiB/s", "Paging, not bandwidth: read from block devices into memory, files and swap alike"),
  pgpgout_kb_per_sec: gauge("KiB/s", "Paging: written from memory to block devices, files and swap alike"),
  pswpin_pages_per_sec: gauge("1/s", "Pages brought back from swap space per second"),
  pswpout_pages_per_sec: gauge("1/s", "Pages moved out to swap space per second"),
  page_io_bytes_per_sec: gauge("bytes/s", "Paging in both directions"),
  swap_io_bytes_per_sec: gauge("bytes/s", "Swapping in both directions"),
  faults_per_sec: gauge("1/s", "Page faults per second, those without a disk too"),
  major_faults_per_sec: gauge("1/s", "Page faults per second that had to wait for a disk"),
});

const FIRST = firstSampleReasons(Object.keys(metrics));

export const memoryBandwidth = defineProbe<PagingReading>({
  facet: "host",
  name: "memory_bandwidth",
  interval: "sampling_interval_seconds",
  timeoutMs: 5000,
  labels: [],
  metrics,
  read: (host) => sourceOf(host).paging(host),
  rows,
});

function rows(now: PagingReading, before: PagingReading | undefined, elapsedSeconds: number): Reading {
  const perSecond = (field: Exclude<keyof PagingReading, "pageSizeBytes" | "unavailable">) =>
    ratePerSecond(now[field], before?.[field], elapsedSeconds);
  const [pagedIn, pagedOut] = [perSecond("pagedInKib"), perSecond("pagedOutKib")];
  const [swappedIn, swappedOut] = [perSecond("swappedInPages"), perSecond("swappedOutPages")];
  const values = {
    pgpgin_kb_per_sec: pagedIn,
    pgpgout_kb_per_sec: pagedOut,
    pswpin_pages_per_sec: swappedIn,
    pswpout_pages_per_sec: swappedOut,
    page_io_bytes_per_sec: both(pagedIn, pagedOut, KIB),
    swap_io_bytes_per_sec: both(swappedIn, swappedOut, now.pageSizeBytes),
    faults_per_sec: perSecond("faults"),
    major_faults_per_sec: perSecond("majorFaults"),
  };
  return {
    rows: [{ labels: {}, values }],
    unavailable: before ? now.unavailable : { ...FIRST, ...now.unavailable },
    exposed: [{ labels: {}, values: exposed(now) }],
  };
}

/** By the kernel's own names. */
function exposed(now: PagingReading): Record<string, number | null> {
  return {
    pgpgin: now.pagedInKib,
    pgpgout: now.pagedOutKib,
    pswpin: now.swappedInPages,
    pswpout: now.swappedOutPages,
    pgfault: now.faults,
    pgmajfault: now.majorFaults,
    oom_kill: now.outOfMemoryKills,
  };
}

function both(one: number | null, other: number | null, sizeBytes: number): number | null {
  return one === null || other === null ? null : roundRate((one + other) * sizeBytes);
}
