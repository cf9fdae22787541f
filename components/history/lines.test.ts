import { describe, expect, it } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import { metricBefore } from "../charts/earlier";
import { isOf, linesOf, marksOf } from "./lines";

type Series = QueryResult["series"][number];

const series = (device: string, avg: (number | null)[], metric = "disk.io"): Series => ({
  metric,
  labels: { device },
  instance: device,
  unit: "1/s",
  interval_s: 5,
  avg,
  min: avg,
  max: avg,
});
const chart = { server: "db-1", metric: "disk.io", instances: [] };

describe("linesOf", () => {
  it("draws each instance, the highest seven of many, in the order of their names", () => {
    const many = Array.from({ length: 9 }, (_, index) => series(`sd${index}`, [index, null]));
    const { lines, left } = linesOf(chart, [...many, series("cpu", [99], "cpu.user")], null);
    expect(lines.map(({ label }) => label)).toEqual(["sd2", "sd3", "sd4", "sd5", "sd6", "sd7", "sd8"]);
    expect(lines.map(({ color }) => color)[6]).toBe("var(--chart-7)");
    expect(left).toBe(2);
  });

  it("leaves out what has no value in the period, unless it was asked for", () => {
    const found = [series("sda", [1]), series("gone", [null])];
    expect(linesOf(chart, found, null).lines.map(({ label }) => label)).toEqual(["sda"]);
    const asked = { ...chart, instances: [{ device: "gone" }] };
    expect(linesOf(asked, found, null).lines.map(({ label }) => label)).toEqual(["gone"]);
  });

  it("lays the range before under each line in the same colour, and counts what only it has", () => {
    const found = [
      series("sda", [1]),
      series("sda", [2], metricBefore("disk.io")),
      series("old", [null]),
      series("old", [7], metricBefore("disk.io")),
    ];
    const { lines } = linesOf(chart, found, "Day before");
    expect(lines.map(({ label, earlier }) => [label, earlier])).toEqual([
      ["old", undefined],
      ["sda", undefined],
      ["old · Day before", 'disk.io{device="old"}'],
      ["sda · Day before", 'disk.io{device="sda"}'],
    ]);
    expect(lines[3]).toMatchObject({ color: lines[1]?.color, of: ['before:disk.io{device="sda"}'] });
  });

  it("names a line without labels after its server", () => {
    const plain = { ...series("", [1]), labels: {}, instance: "" };
    expect(linesOf(chart, [plain], null).lines.map(({ label }) => label)).toEqual(["db-1"]);
  });
});

it("an instance may be told by some of its labels", () => {
  const one = { metric: "disk.io", labels: { device: "sda", mount: "/" } };
  expect(isOf({ ...chart, instances: [{ mount: "/" }] }, one)).toBe(true);
  expect(isOf({ ...chart, instances: [{ device: "sdb" }] }, one)).toBe(false);
});

it("knows the thresholds of a few metrics only", () => {
  const pair = { warning: 70, critical: 90 };
  const thresholds = {
    cpu_percent: pair,
    ram_percent: pair,
    disk_percent: pair,
    latency_ms: pair,
    db_connections: pair,
  };
  expect(marksOf("cpu.usage_percent", thresholds)).toBe(pair);
  expect(marksOf("toString", thresholds)).toBeNull();
});
