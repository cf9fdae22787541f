import { describe, expect, it } from "vitest";
import { type CostProbe, defineProbe, type Probe, type StorageProbe } from "../probe";
import { type CollectedServer, plan } from "./plan";

const cpu = defineProbe({
  facet: "host",
  name: "cpu",
  interval: "sampling_interval_seconds",
  timeoutMs: 1_000,
  labels: [],
  metrics: {},
  read: async () => ({}),
  rows: () => ({ rows: [] }),
});
const activity = defineProbe({
  facet: "postgres",
  name: "activity",
  interval: "collect_interval",
  timeoutMs: 1_000,
  labels: [],
  metrics: {},
  sql: { 10: "SELECT 1" },
});
const sizes = { ...activity, name: "sizes", interval: "size_update_interval" as const };
const storage: StorageProbe = {
  ...{ facet: "storage", name: "storage", interval: "collect_interval", every: 20, timeoutMs: 30_000 },
  ...{ labels: ["of"], metrics: {}, sql: { 10: "SELECT" } },
};
const costs: CostProbe = {
  ...{ facet: "cost", name: "cost", interval: "collect_interval", every: 4, timeoutMs: 1_000 },
  ...{ labels: ["probe"], metrics: {}, read: () => ({ rows: [] }) },
};
const probes = [cpu, activity, sizes, storage];
const intervals = {
  sampling_interval_seconds: 5,
  collect_interval: 15,
  size_update_interval: 1_800,
  db_check_interval: 1_800,
};
const address = { host: "h", port: 5432, user: "u", password: null, database: "d", sslmode: "disable", ca: null };
const both: CollectedServer = { id: 2, name: "local", hostKind: "local", postgres: address, ssh: null, intervals: {} };

const keys = (servers: CollectedServer[], watches: Parameters<typeof plan>[0]["watches"] = []) =>
  plan({ servers, probes, intervals, watches }).map((task) => `${task.key}@${task.intervalMs / 1000}`);

describe("plan", () => {
  it("asks each probe of the facets a server has", () => {
    expect(keys([both])).toEqual(["2:cpu@5", "2:activity@15", "2:sizes@1800", "2:storage@300"]);
    expect(keys([{ ...both, hostKind: null }])).toEqual(["2:activity@15", "2:sizes@1800"]);
    expect(keys([{ ...both, postgres: null }])).toEqual(["2:cpu@5"]);
  });

  it("asks another machine over SSH whatever this one is asked", () => {
    expect(keys([{ ...both, hostKind: "ssh" }])).toEqual(keys([both]));
    expect(keys([{ ...both, hostKind: "ssh", postgres: null }])).toEqual(["2:cpu@5"]);
    const perf = { ...cpu, name: "perf_events" };
    const asked = (hostKind: "ssh" | "local") =>
      plan({ servers: [{ ...both, hostKind }], probes: [perf], intervals, watches: [] }).length;
    expect([asked("local"), asked("ssh")]).toEqual([1, 1]);
  });

  it("tells what it costs to watch a server that has PostgreSQL", () => {
    const cost = (servers: CollectedServer[]) =>
      plan({ servers, probes: [], costOf: () => costs, intervals, watches: [] }).map(({ key, intervalMs }) => [
        key,
        intervalMs,
      ]);
    expect(cost([both])).toEqual([["2:cost", 60_000]]);
    expect(cost([{ ...both, postgres: null }])).toEqual([]);
  });

  it("takes a server's own intervals before those of the settings, times what the probe says", () => {
    const own = (values: CollectedServer["intervals"]) => keys([{ ...both, hostKind: null, intervals: values }]);
    expect(own({ collect_interval: 60 })).toEqual(["2:activity@60", "2:sizes@1800"]);
    expect(own({ collect_interval: null, size_update_interval: 600 })).toEqual(["2:activity@15", "2:sizes@600"]);
    expect(keys([{ ...both, intervals: { collect_interval: 60 } }])).toContain("2:storage@1200");
    expect(keys([{ ...both, intervals: { collect_interval: 60 } }])).toContain("2:cpu@5");
  });

  it("adds a live task while somebody watches, for the facet and subject that is watched", () => {
    expect(keys([both], [{ subject: 2, kind: "host", intervalSeconds: 1 }])).toContain("2:cpu:live@1");
    expect(keys([both], [{ subject: 2, kind: "host", intervalSeconds: 1 }])).not.toContain("2:activity:live@1");
    expect(keys([both], [{ subject: 3, kind: "host", intervalSeconds: 1 }])).toHaveLength(4);
  });

  it("takes the fastest of several watches, never under a second, and none slower than the schedule", () => {
    const watch = (intervalSeconds: number) => ({ subject: 2, kind: "postgres", intervalSeconds });
    expect(keys([both], [watch(10), watch(2)])).toContain("2:activity:live@2");
    expect(keys([both], [watch(0.01)])).toContain("2:activity:live@1");
    expect(keys([both], [watch(15)])).toHaveLength(4);
  });

  it("asks a dear question about a machine on its schedule alone, whoever looks", () => {
    const dear = { ...cpu, name: "dear", every: 2, live: false as const };
    const watches = [{ subject: 2, kind: "host", intervalSeconds: 1 }];
    const tasks = plan({ servers: [both], probes: [dear as Probe], intervals, watches });
    expect(tasks.map(({ key, intervalMs }) => [key, intervalMs])).toEqual([["2:dear", 10_000]]);
  });

  it("never asks slow questions faster because somebody watches", () => {
    expect(keys([both], [{ subject: 2, kind: "postgres", intervalSeconds: 1 }])).not.toContain("2:sizes:live@1");
  });

  it("asks watched probes only while somebody watches, as often as the fastest of them wants", () => {
    const [watched] = probes.filter(({ name }) => name === "activity");
    const asked = (servers: CollectedServer[], watches: Parameters<typeof plan>[0]["watches"]) =>
      plan({ servers, probes: [], watched: watched ? [watched] : [], intervals, watches }).map((task) => [
        task.key,
        task.intervalMs,
        task.live,
      ]);
    const watch = (intervalSeconds: number, kind = "activity") => ({ subject: 2, kind, intervalSeconds });
    expect(asked([both], [])).toEqual([]);
    expect(asked([both], [watch(1, "postgres")])).toEqual([]);
    expect(asked([both], [watch(10), watch(2)])).toEqual([["2:activity:live", 2_000, true]]);
    expect(asked([both], [watch(60)])).toEqual([["2:activity:live", 60_000, true]]);
    expect(asked([{ ...both, postgres: null }], [watch(2)])).toEqual([]);
  });
});
