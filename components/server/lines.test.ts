import { describe, expect, it } from "vitest";
import { keysOf, known, labelValues, lineOf, linesBy, linesOfEach, thresholdLines } from "./lines";

const one = (metric: string, labels: Record<string, string>, ...avg: (number | null)[]) => ({ metric, labels, avg });
const sizes = Array.from({ length: 10 }, (_, index) =>
  one("sizes.size_bytes", { database: `db${index}` }, index, null),
);

it("keysOf finds every series that carries the labels", () => {
  const series = [one("a.b", { x: "1", y: "1" }), one("a.b", { x: "2" }), one("a.c", { x: "1" })];
  expect(keysOf(series, "a.b")).toHaveLength(2);
  expect(keysOf(series, "a.b", { x: "1" })).toEqual(['a.b{x="1",y="1"}']);
});

it("linesBy keeps the seven largest in the order of their names and sums up the rest", () => {
  const lines = linesBy(sizes, "sizes.size_bytes", { label: "database", others: "others" });
  expect(lines.map(({ label }) => label)).toEqual(["db3", "db4", "db5", "db6", "db7", "db8", "db9", "others"]);
  expect(lines.at(-1)).toMatchObject({ color: "var(--chart-8)" });
  expect(lines.at(-1)?.of).toHaveLength(3);
  expect(linesBy([], "sizes.size_bytes", { label: "database", others: "others" })).toEqual([]);
});

describe("linesOfEach", () => {
  const rates = (device: string, read: number, write: number) => [
    one("disk.read_iops", { device }, read),
    one("disk.write_iops", { device }, write),
  ];
  const metrics = [
    { metric: "disk.read_iops", name: "Read" },
    { metric: "disk.write_iops", name: "Write" },
  ];
  const of = (series: ReturnType<typeof one>[], most?: number) =>
    linesOfEach(series, metrics, { label: "device", others: "Others", ...(most !== undefined && { most }) });

  it("leaves out the name of the only one", () => {
    expect(of(rates("sda", 1, 2)).map(({ label, color }) => [label, color])).toEqual([
      ["Read", "var(--chart-1)"],
      ["Write", "var(--chart-2)"],
    ]);
  });

  it("keeps both lines of the busiest together, and joins the others", () => {
    const series = [...rates("sda", 1, 1), ...rates("sdb", 0, 90), ...rates("sdc", 50, 0), ...rates("sdd", 2, 2)];
    const lines = of(series, 2);
    expect(lines.map(({ label }) => label)).toEqual([
      ...["sdb Read", "sdb Write", "sdc Read", "sdc Write"],
      ...["Others Read", "Others Write"],
    ]);
    expect(lines[4]?.of).toEqual(['disk.read_iops{device="sdd"}', 'disk.read_iops{device="sda"}']);
  });

  it("knows no line of a metric that a device does not have", () => {
    expect(of([one("disk.read_iops", { device: "cd" }, 1)]).map(({ label }) => label)).toEqual(["Read"]);
    expect(of([])).toEqual([]);
  });
});

it("labelValues sorts numbers by their size", () => {
  const series = ["10", "9", "0"].map((core) => one("cpu.per_core", { core }));
  expect(labelValues(series, "cpu.per_core", "core")).toEqual(["0", "9", "10"]);
});

it("lineOf takes all series of its metrics, known leaves out lines of none", () => {
  const series = [one("cpu.user", {}), one("cpu.nice", {})];
  const line = (metrics: string[]) => lineOf(series, { key: "user", label: "User", color: 3, metrics });
  expect(line(["cpu.user", "cpu.nice"])).toMatchObject({ of: ["cpu.user", "cpu.nice"], color: "var(--chart-3)" });
  expect(known(line(["cpu.steal"]), line(["cpu.user"]))).toHaveLength(1);
});

it.each([
  { of: undefined, lines: [70, 90], labels: ["warningAt 70", "criticalAt 90"] },
  { of: 200, lines: [140, 180], labels: ["warningAt 70%", "criticalAt 90%"] },
])("thresholdLines of $of stand at $lines", ({ of, lines, labels }) => {
  const found = thresholdLines((key, { value }) => `${key} ${value}`, { warning: 70, critical: 90 }, of);
  expect(found.map(({ at }) => at)).toEqual(lines);
  expect(found.map(({ label }) => label)).toEqual(labels);
});
