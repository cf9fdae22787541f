import { describe, expect, it } from "vitest";
import {
  databases,
  fileSystems,
  hostNow,
  networkInterfaces,
  newer,
  type Probes,
  postgresNow,
  unavailableReason,
} from "./newest";

const ts = "2026-03-01T12:00:00.000Z";
const probes: Probes = {
  cpu: { ts, data: { usage_percent: 35.2, unavailable: { frequency_mhz: "no sensor" } } },
  memory: { ts, data: { usage_percent: null } },
  disk: {
    ts,
    data: {
      devices: { sda: { write_latency_ms: 0.8 }, sdb: { write_latency_ms: null }, sdc: { write_latency_ms: 2 } },
      partitions: {
        "/": {
          device: "sda1",
          fstype: "ext4",
          usage_percent: 41,
          used_bytes: 41,
          total_bytes: 100,
          inodes_used: 3,
          inodes_total: 100,
        },
        "/backup": { device: "sdb1", fstype: "xfs", usage_percent: 86, inodes_used: null, inodes_total: null },
        "/stuck": { device: "nfs", fstype: "nfs4", usage_percent: null },
      },
    },
  },
  network: {
    ts,
    data: {
      totals: { bytes_sent_per_sec: 10, bytes_recv_per_sec: 5 },
      interfaces: {
        lo: { bytes_recv_per_sec: 900, up: true },
        eth0: { bytes_recv_per_sec: 5, bytes_sent_per_sec: 10, errors_in: 1, drops_in: 2, up: true },
        eth1: { up: false },
      },
    },
  },
};

describe("host", () => {
  it("shows the fullest file system first and unknown ones last", () => {
    expect(fileSystems(probes).map(({ mount }) => mount)).toEqual(["/backup", "/", "/stuck"]);
    expect(fileSystems(probes)[1]).toMatchObject({ device: "sda1", type: "ext4", inodesPercent: 3 });
  });

  it("shows the busiest interface first and loopback last", () => {
    expect(networkInterfaces(probes).map(({ name }) => name)).toEqual(["eth0", "eth1", "lo"]);
    expect(networkInterfaces(probes)[0]).toMatchObject({ errors: 3, up: true, sentPerSecond: 10 });
    expect(networkInterfaces(probes)[1]).toMatchObject({ errors: null, up: false });
  });

  it("leaves unknown what is unknown", () => {
    expect(hostNow(probes)).toMatchObject({
      cpuPercent: 35.2,
      memoryPercent: null,
      writeLatencyMs: 2,
      networkBytesPerSecond: 15,
    });
    expect(hostNow(probes).fullest?.mount).toBe("/backup");
    expect(hostNow({})).toEqual({
      cpuPercent: null,
      memoryPercent: null,
      fullest: null,
      writeLatencyMs: null,
      networkBytesPerSecond: null,
    });
  });

  it("finds the reason of a missing value", () => {
    expect(unavailableReason(probes, "cpu", "frequency_mhz")).toBe("no sensor");
    expect(unavailableReason(probes, "cpu", "user")).toBeUndefined();
    expect(unavailableReason({}, "cpu", "user")).toBeUndefined();
  });
});

it("newer takes of each probe the later values", () => {
  const at = (second: number, data: string) => ({ ts: `2026-03-01T12:00:0${second}.000Z`, data });
  expect(newer({ a: at(1, "old"), b: at(5, "new") }, { a: at(2, "new"), b: at(4, "old"), c: at(0, "only") })).toEqual({
    a: at(2, "new"),
    b: at(5, "new"),
    c: at(0, "only"),
  });
});

describe("PostgreSQL", () => {
  const postgres: Probes = {
    instance: { ts, data: { rows: [{ labels: {}, values: { max_connections: 100, wal_bytes_per_sec: null } }] } },
    activity: {
      ts,
      data: {
        rows: [
          { labels: { state: "active" }, values: { sessions: 2 } },
          { labels: {}, values: { connections: 12, connections_percent: 12, blocked_sessions: 0 } },
        ],
      },
    },
    databases: {
      ts,
      data: {
        rows: [
          {
            labels: { database: "a" },
            values: {
              connections: 1,
              commits_per_sec: 5,
              rollbacks_per_sec: 1,
              blocks_hit_per_sec: 9,
              blocks_read_per_sec: 0,
            },
          },
          {
            labels: { database: "b" },
            values: { connections: 2, commits_per_sec: null, blocks_hit_per_sec: 0, blocks_read_per_sec: 1 },
          },
        ],
      },
    },
    sizes: { ts, data: { rows: [{ labels: { database: "b" }, values: { size_bytes: 700 } }] } },
  };

  it("adds up over databases what is known", () => {
    expect(postgresNow(postgres)).toEqual({
      connections: 12,
      connectionsPercent: 12,
      maxConnections: 100,
      transactionsPerSecond: 6,
      hitPercent: 90,
      sizeBytes: 700,
      blockedSessions: 0,
      oldestTransactionSeconds: null,
    });
  });

  it("lists databases, the largest first", () => {
    expect(
      databases(postgres).map(({ name, sizeBytes, transactionsPerSecond }) => [name, sizeBytes, transactionsPerSecond]),
    ).toEqual([
      ["b", 700, null],
      ["a", null, 6],
    ]);
  });
});
