import { describe, expect, it } from "vitest";
import { type LocatedMetric, locatorOf, valueIn } from "./locate";

const host = (probe: string, name: string, place: string) => ({ probe, name, place, facet: "host" as const });

describe("host snapshots", () => {
  const cpu = { usage_percent: 35.2, per_core: [10, null, 30], unavailable: {} };
  const network = { interfaces: { "eth0.100": { bytes_recv_per_sec: 7, up: true } } };
  it.each<{ metric: LocatedMetric; labels: Record<string, string>; data: unknown; value: number | null }>([
    { metric: host("cpu", "usage_percent", "usage_percent"), labels: {}, data: cpu, value: 35.2 },
    { metric: host("cpu", "per_core", "per_core[{core}]"), labels: { core: "2" }, data: cpu, value: 30 },
    { metric: host("cpu", "per_core", "per_core[{core}]"), labels: { core: "1" }, data: cpu, value: null },
    { metric: host("cpu", "per_core", "per_core[{core}]"), labels: { core: "9" }, data: cpu, value: null },
    {
      metric: host("network", "bytes_recv_per_sec", "interfaces.{interface}.bytes_recv_per_sec"),
      labels: { interface: "eth0.100" },
      data: network,
      value: 7,
    },
    {
      metric: host("network", "up", "interfaces.{interface}.up"),
      labels: { interface: "eth0.100" },
      data: network,
      value: 1,
    },
    {
      metric: host("disk", "usage_percent", "partitions.{mount}.usage_percent"),
      labels: { mount: "__proto__", fstype: "ext4" },
      data: { partitions: {} },
      value: null,
    },
    { metric: host("cpu", "user", "user"), labels: {}, data: null, value: null },
  ])("$metric.name $labels is $value", ({ metric, labels, data, value }) => {
    expect(valueIn(data, locatorOf("key", metric, labels))).toBe(value);
  });
});

describe("PostgreSQL rows", () => {
  const data = {
    rows: [
      { labels: { state: "active" }, values: { sessions: 3 } },
      { labels: {}, values: { connections: 12, sessions: 99 } },
      "broken",
    ],
  };
  it.each<{ name: string; labels: Record<string, string>; value: number | null }>([
    { name: "sessions", labels: { state: "active" }, value: 3 },
    { name: "connections", labels: {}, value: 12 },
    { name: "sessions", labels: { state: "idle" }, value: null },
    { name: "nothing", labels: {}, value: null },
  ])("$name $labels is $value", ({ name, labels, value }) => {
    const locator = locatorOf("key", { probe: "activity", name, facet: "postgres" }, labels);
    expect(valueIn(data, locator)).toBe(value);
  });
});
