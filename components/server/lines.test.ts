import { expect, it } from "vitest";
import { keysOf, known, labelValues, lineOf, linesBy, thresholdLines } from "./lines";

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
