import { describe, expect, it } from "vitest";
import type { DeviceReading, DiskReading } from "../readings";
import { disk } from "./disk";

const DEVICE: DeviceReading = {
  name: "sda",
  readBytes: 1000,
  writeBytes: 2000,
  readCount: 10,
  writeCount: 20,
  readTimeMs: 100,
  writeTimeMs: 200,
  busyMs: 500,
  queueMs: 600,
};
const reading = (devices: DeviceReading[], partitions: DiskReading["partitions"] = []): DiskReading => ({
  devices,
  partitions,
  unavailable: {},
});
const values = (now: DeviceReading, before?: DeviceReading) =>
  disk.rows(reading([now]), before && reading([before]), 2).rows[0]?.values;

describe("devices", () => {
  it("tell counters, rates, latency, utilisation and queue", () => {
    const now = {
      ...DEVICE,
      readBytes: 5000,
      readCount: 14,
      readTimeMs: 110,
      busyMs: 1500,
      queueMs: 3600,
    };
    expect(values(now, DEVICE)).toEqual({
      read_bytes: 5000,
      write_bytes: 2000,
      read_count: 14,
      write_count: 20,
      read_bytes_per_sec: 2000,
      write_bytes_per_sec: 0,
      read_iops: 2,
      write_iops: 0,
      read_time_ms: 110,
      write_time_ms: 200,
      read_latency_ms: 2.5,
      write_latency_ms: null,
      utilisation_percent: 50,
      queue_depth: 1.5,
    });
  });

  it("are never busier than 100 %", () => {
    expect(values({ ...DEVICE, busyMs: 2506 }, DEVICE)).toMatchObject({ utilisation_percent: 100 });
  });

  it("have no rates at first, after a reset or a wrapped counter, or where the machine does not count", () => {
    const none = { read_bytes_per_sec: null, read_iops: null, read_latency_ms: null, utilisation_percent: null };
    expect(values(DEVICE)).toMatchObject(none);
    const wrapped = { ...DEVICE, readBytes: 1, readCount: 1, readTimeMs: 1, busyMs: 1 };
    expect(values(wrapped, DEVICE)).toMatchObject(none);
    const uncounted = { ...DEVICE, busyMs: null, queueMs: null };
    expect(values(uncounted, uncounted)).toMatchObject({ utilisation_percent: null, queue_depth: null, read_iops: 0 });
  });
});

describe("partitions", () => {
  const facts = { totalBytes: 1000, freeBytes: 400, availableBytes: 300, inodes: 50, inodesFree: 20 };
  const rowOf = (change: Partial<typeof facts> | null) => {
    const partition = { mount: "/", device: "/dev/sda1", fstype: "ext4", facts: change && { ...facts, ...change } };
    return disk.rows(reading([], [partition]), undefined, 0).rows[0];
  };

  it("tell what is used, counting as df does", () => {
    expect(rowOf({})).toEqual({
      labels: { mount: "/", device: "/dev/sda1", fstype: "ext4" },
      values: {
        total_bytes: 1000,
        used_bytes: 600,
        free_bytes: 400,
        available_bytes: 300,
        usage_percent: 66.67,
        inodes_total: 50,
        inodes_used: 30,
        inodes_free: 20,
      },
    });
  });

  it("without a fixed number of inodes have none to tell", () => {
    expect(rowOf({ inodes: 0, inodesFree: 0 })?.values).toMatchObject({ inodes_total: null, inodes_used: null });
  });

  it("that do not answer have a row of nulls", () => {
    expect(new Set(Object.values(rowOf(null)?.values ?? { none: 0 }))).toEqual(new Set([null]));
    expect(Object.keys(rowOf(null)?.values ?? {})).toEqual(Object.keys(rowOf({})?.values ?? {}));
  });
});
