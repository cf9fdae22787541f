import { describe, expect, it } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import { keyAfter, layBefore, metricBefore, withEarlier } from "./earlier";
import type { ChartLine } from "./picture";

const answer = (ts: number[], avg: (number | null)[], min = avg): QueryResult => ({
  step_s: 10,
  since: 0,
  ts,
  series: [{ metric: "a.b", labels: { x: "1" }, instance: "1", unit: "count", interval_s: 5, avg, min, max: min }],
});

describe("layBefore", () => {
  it("puts each value under the step that is the shift later, and nothing where it knows nothing", () => {
    const laid = layBefore(answer([100, 110, 120], [1, 2, 3]), answer([10, 20], [7, 8]), 100);
    expect(laid.ts).toEqual([100, 110, 120]);
    expect(laid.series).toMatchObject([
      { metric: "a.b", avg: [1, 2, 3] },
      { metric: metricBefore("a.b"), labels: { x: "1" }, avg: [null, 7, 8] },
    ]);
  });

  it("leaves aggregates empty that were not asked for", () => {
    const [, before] = layBefore(answer([100], [1], []), answer([0], [7], []), 100).series;
    expect(before).toMatchObject({ avg: [7], min: [], max: [] });
  });
});

it("keyAfter finds the series of the shown range", () => {
  expect(keyAfter(metricBefore("a.b"))).toBe("a.b");
  expect(keyAfter("a.b")).toBeNull();
});

describe("withEarlier", () => {
  const line = (key: string, more: Partial<ChartLine> = {}): ChartLine => ({
    ...{ key, label: key.toUpperCase(), color: `color ${key}`, of: [`m.${key}`] },
    ...more,
  });
  const under = (lines: ChartLine[]) => lines.filter(({ earlier }) => earlier !== undefined);

  it("lays one line under one, in the colour of periods before", () => {
    expect(withEarlier([line("a")], "lines", "Before")).toEqual([
      line("a"),
      {
        ...{ key: metricBefore("a"), label: "A · Before", color: "var(--chart-prev)", of: [metricBefore("m.a")] },
        earlier: "a",
      },
    ]);
  });

  it("lays each of a few under its own, of a ratio both parts", () => {
    const few = [line("a", { combine: "share", rest: ["m.r"] }), line("b"), line("c")];
    expect(under(withEarlier(few, "lines", "Before"))).toMatchObject([
      { earlier: "a", color: "color a", combine: "share", rest: [metricBefore("m.r")] },
      { earlier: "b" },
      { earlier: "c" },
    ]);
  });

  it("lays of many lines only the first under", () => {
    const many = ["a", "b", "c", "d"].map((key) => line(key));
    expect(under(withEarlier(many, "lines", "Before")).map(({ earlier }) => earlier)).toEqual(["a"]);
  });

  it("lays the sum of stacked layers under", () => {
    expect(under(withEarlier([line("a"), line("b")], "stacked", "Before"))).toMatchObject([
      { label: "Before", earlier: "total", of: [metricBefore("m.a"), metricBefore("m.b")] },
    ]);
    const rest = line("others", { of: ["m.all"], rest: ["m.a"], combine: "remainder" });
    expect(under(withEarlier([line("a"), rest], "stacked", "Before"))).toMatchObject([{ of: [metricBefore("m.all")] }]);
  });

  it("leaves out of that sum what is no layer", () => {
    const rest = line("cached", { of: ["m.available"], rest: ["m.free"], combine: "remainder" });
    expect(under(withEarlier([line("used"), rest], "stacked", "Before"))).toMatchObject([
      {
        of: [metricBefore("m.used"), metricBefore("m.available")],
        ...{ rest: [metricBefore("m.free")], combine: "remainder" },
      },
    ]);
  });

  it("has nothing to lay under nothing", () => {
    expect(withEarlier([], "stacked", "Before")).toEqual([]);
  });
});
