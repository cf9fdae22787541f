// What the memory and the swap space hold.
import { defineProbe, type Reading } from "../../probe";
import { roundTo } from "../../rate";
import { gauge, placed } from "../metric";
import type { MemoryReading } from "../readings";
import { sourceOf } from "../sources";

const metrics = placed("", {
  usage_percent: gauge("percent", "Memory that is not available to programs: (total - available) / total"),
  total_bytes: gauge("bytes", "Memory the kernel can use"),
  used_bytes: gauge("bytes", "Total less available"),
  available_bytes: gauge("bytes", "What programs can still get without swapping"),
  free_bytes: gauge("bytes", "Memory used for nothing at all"),
  cached_bytes: gauge("bytes", "Page cache"),
  buffers_bytes: gauge("bytes", "Buffers of block devices"),
  shared_bytes: gauge("bytes", "Shared memory and tmpfs"),
  dirty_bytes: gauge("bytes", "Written but not yet on disk"),
  slab_bytes: gauge("bytes", "Data structures of the kernel"),
  swap_total_bytes: gauge("bytes", "Swap space"),
  swap_used_bytes: gauge("bytes", "Swap space in use"),
  swap_free_bytes: gauge("bytes", "Swap space left"),
  hugepages_total: gauge("count", "Huge pages in the pool"),
  hugepages_free: gauge("count", "Huge pages not in use"),
  hugepages_reserved: gauge("count", "Huge pages promised but not yet used"),
});

export const memory = defineProbe<MemoryReading>({
  facet: "host",
  name: "memory",
  interval: "sampling_interval_seconds",
  timeoutMs: 5000,
  labels: [],
  metrics,
  read: (host) => sourceOf(host).memory(host),
  rows,
});

function rows(now: MemoryReading): Reading {
  const used = difference(now.total, now.available);
  const values = {
    usage_percent: used === null || !now.total ? null : roundTo((used / now.total) * 100, 2),
    total_bytes: now.total,
    used_bytes: used,
    available_bytes: now.available,
    free_bytes: now.free,
    cached_bytes: now.cached,
    buffers_bytes: now.buffers,
    shared_bytes: now.shared,
    dirty_bytes: now.dirty,
    slab_bytes: now.slab,
    swap_total_bytes: now.swapTotal,
    swap_used_bytes: difference(now.swapTotal, now.swapFree),
    swap_free_bytes: now.swapFree,
    hugepages_total: now.hugePagesTotal,
    hugepages_free: now.hugePagesFree,
    hugepages_reserved: now.hugePagesReserved,
  };
  return { rows: [{ labels: {}, values }], unavailable: now.unavailable, exposed: [{ labels: {}, values: now.all }] };
}

function difference(whole: number | null, part: number | null): number | null {
  return whole === null || part === null || part > whole ? null : whole - part;
}
