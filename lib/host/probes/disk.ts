// What the disks do, and how full the file systems are.
import { defineProbe, type Reading, type Row } from "../../probe";
import { ratePerSecond, roundTo } from "../../rate";
import { counter, counters, firstSampleReasons, gauge, placed } from "../metric";
import type { DeviceReading, DiskReading, PartitionReading } from "../readings";
import { sourceOf } from "../sources";

const metrics = {
  ...placed("devices.{device}.", {
    ...counters("bytes", { read_bytes: "Bytes read", write_bytes: "Bytes written" }),
    read_count: counter("count", "Reads completed since boot"),
    write_count: counter("count", "Writes completed since boot"),
    read_iops: gauge("1/s", "Reads completed per second"),
    write_iops: gauge("1/s", "Writes completed per second"),
    read_time_ms: counter("ms", "Time spent by all reads since boot"),
    write_time_ms: counter("ms", "Time spent by all writes since boot"),
    read_latency_ms: gauge("ms", "Time of an average read; none where nothing was read"),
    write_latency_ms: gauge("ms", "Time of an average write; none where nothing was written"),
    utilisation_percent: gauge("percent", "Time with at least one request under way"),
    queue_depth: gauge("count", "Requests under way on average"),
  }),
  ...placed("partitions.{mount}.", {
    total_bytes: gauge("bytes", "Size of the file system"),
    used_bytes: gauge("bytes", "Space in use"),
    free_bytes: gauge("bytes", "Space not in use, what is kept for root counted"),
    available_bytes: gauge("bytes", "Space an ordinary user can still fill"),
    usage_percent: gauge("percent", "Space in use, of what an ordinary user could fill"),
    inodes_total: gauge("count", "Inodes of the file system"),
    inodes_used: gauge("count", "Inodes in use"),
    inodes_free: gauge("count", "Inodes left"),
  }),
};

const PARTITION_NAMES = Object.entries(metrics)
  .filter(([, metric]) => metric.place?.startsWith("partitions."))
  .map(([name]) => name);

const FIRST = firstSampleReasons([
  "read_bytes_per_sec",
  "write_bytes_per_sec",
  "read_iops",
  "write_iops",
  "read_latency_ms",
  "write_latency_ms",
  "utilisation_percent",
  "queue_depth",
]);

export const disk = defineProbe<DiskReading>({
  facet: "host",
  name: "disk",
  interval: "sampling_interval_seconds",
  timeoutMs: 5000,
  labels: ["device", "mount", "fstype"],
  metrics,
  read: (host) => sourceOf(host).disk(host),
  rows,
});

function rows(now: DiskReading, before: DiskReading | undefined, elapsedSeconds: number): Reading {
  const earlier = new Map(before?.devices.map((one) => [one.name, one]));
  const list: Row[] = now.devices.map((one) => ({
    labels: { device: one.name },
    values: deviceValues(one, earlier.get(one.name), elapsedSeconds),
  }));
  for (const one of now.partitions) {
    const { mount, device, fstype } = one;
    list.push({ labels: { mount, device, fstype }, values: partitionValues(one) });
  }
  const exposed = now.devices.map(({ name, busyMs, queueMs }): Row => {
    return { labels: { device: name }, values: { busy_ms: busyMs, queue_ms: queueMs } };
  });
  return { rows: list, unavailable: before ? now.unavailable : { ...FIRST, ...now.unavailable }, exposed };
}

function deviceValues(now: DeviceReading, before: DeviceReading | undefined, elapsedSeconds: number): Row["values"] {
  const perSecond = (field: Exclude<keyof DeviceReading, "name">) =>
    ratePerSecond(now[field], before?.[field], elapsedSeconds);
  const busy = perSecond("busyMs");
  const queue = perSecond("queueMs");
  return {
    read_bytes: now.readBytes,
    write_bytes: now.writeBytes,
    read_count: now.readCount,
    write_count: now.writeCount,
    read_bytes_per_sec: perSecond("readBytes"),
    write_bytes_per_sec: perSecond("writeBytes"),
    read_iops: perSecond("readCount"),
    write_iops: perSecond("writeCount"),
    read_time_ms: now.readTimeMs,
    write_time_ms: now.writeTimeMs,
    read_latency_ms: perOne(growth(now.readTimeMs, before?.readTimeMs), growth(now.readCount, before?.readCount)),
    write_latency_ms: perOne(growth(now.writeTimeMs, before?.writeTimeMs), growth(now.writeCount, before?.writeCount)),
    // The two clocks differ a little: a busy disk must not show 100.3 %.
    utilisation_percent: busy === null ? null : Math.min(100, roundTo(busy / 10, 2)),
    queue_depth: queue === null ? null : roundTo(queue / 1000, 3),
  };
}

function growth(now: number | null, before: number | null | undefined): number | null {
  return now === null || before == null || now < before ? null : now - before;
}

function perOne(total: number | null, count: number | null): number | null {
  return total === null || !count ? null : roundTo(total / count, 3);
}

/** Usage as df(1) counts it: of used + available, so that "100 %" is when ordinary users can write no more. */
function partitionValues({ facts }: PartitionReading): Row["values"] {
  if (!facts) return Object.fromEntries(PARTITION_NAMES.map((name) => [name, null]));
  const used = facts.totalBytes - facts.freeBytes;
  const writable = used + facts.availableBytes;
  const inodes = facts.inodes > 0;
  return {
    total_bytes: facts.totalBytes,
    used_bytes: used,
    free_bytes: facts.freeBytes,
    available_bytes: facts.availableBytes,
    usage_percent: writable > 0 ? roundTo((used / writable) * 100, 2) : null,
    inodes_total: inodes ? facts.inodes : null,
    inodes_used: inodes ? facts.inodes - facts.inodesFree : null,
    inodes_free: inodes ? facts.inodesFree : null,
  };
}
