import { describe, expect, it } from "vitest";
import { databaseRows, diskRows, fileSystemRows, interfaceRows, type Latest } from "./machine-rows";

const latest: Latest = {
  disk: {
    data: {
      devices: {
        sda: { read_bytes_per_sec: 10, write_bytes_per_sec: 20, utilisation_percent: 3 },
        sdb: { utilisation_percent: 40 },
      },
      partitions: {
        "/": { total_bytes: 100, used_bytes: 60, available_bytes: 35, usage_percent: 63.2 },
        "/mnt": { total_bytes: null, usage_percent: null },
        "/data": { total_bytes: 10, used_bytes: 9, available_bytes: 1, usage_percent: 90 },
      },
    },
  },
  network: {
    data: {
      interfaces: {
        lo: { bytes_recv_per_sec: 900, bytes_sent_per_sec: 900, errors_in: 0, errors_out: 0 },
        eth1: { bytes_recv_per_sec: null, bytes_sent_per_sec: 1, errors_in: 1, errors_out: null },
        eth0: { bytes_recv_per_sec: 5, bytes_sent_per_sec: 6, errors_in: 1, errors_out: 2 },
      },
    },
  },
  databases: {
    data: {
      rows: [
        { labels: { database: "a" }, values: { commits_per_sec: 2, rollbacks_per_sec: 1, cache_hit_percent: 99.5 } },
        { labels: { database: "b" }, values: { commits_per_sec: null, rollbacks_per_sec: 0 } },
      ],
    },
  },
  sizes: { data: { rows: [{ labels: { database: "b" }, values: { size_bytes: 7_000 } }] } },
};

describe("rows of the small tables", () => {
  it("puts the fullest file system first and the unknown last, unknown as null", () => {
    expect(fileSystemRows(latest).map(({ mount, percent }) => [mount, percent])).toEqual([
      ["/data", 90],
      ["/", 63.2],
      ["/mnt", null],
    ]);
    expect(fileSystemRows(latest)[1]).toMatchObject({ usedBytes: 60, freeBytes: 35, totalBytes: 100 });
  });

  it("puts the busiest disk first", () => {
    expect(diskRows(latest)).toEqual([
      { device: "sdb", readPerSec: null, writePerSec: null, busyPercent: 40 },
      { device: "sda", readPerSec: 10, writePerSec: 20, busyPercent: 3 },
    ]);
  });

  it("leaves out the loopback and adds up errors only where both are known", () => {
    expect(interfaceRows(latest)).toEqual([
      { name: "eth0", receivedPerSec: 5, sentPerSec: 6, errors: 3 },
      { name: "eth1", receivedPerSec: null, sentPerSec: 1, errors: null },
    ]);
  });

  it("joins databases with their sizes, the largest first", () => {
    expect(databaseRows(latest)).toEqual([
      { name: "b", sizeBytes: 7_000, transactionsPerSec: null, cacheHitPercent: null },
      { name: "a", sizeBytes: null, transactionsPerSec: 3, cacheHitPercent: 99.5 },
    ]);
  });

  it.each([[{}], [{ disk: { data: null }, network: { data: {} }, databases: { data: { unavailable: {} } } }]])(
    "has no rows before anything was read: %o",
    (nothing) => {
      for (const rows of [fileSystemRows, diskRows, interfaceRows, databaseRows]) expect(rows(nothing)).toEqual([]);
    },
  );
});
