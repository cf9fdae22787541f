import { describe, expect, it } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import { ChartData } from "./chart-data";
import { type ChartLine, nearestTime, picture, valueAt } from "./picture";

type Values = (number | null)[];
const series = (metric: string, avg: Values, extremes?: { min: Values; max: Values }) => ({
  metric,
  labels: {},
  instance: "",
  unit: "percent",
  interval_s: 5,
  avg,
  min: extremes?.min ?? avg,
  max: extremes?.max ?? avg,
});
const dataOf = (...all: QueryResult["series"]) =>
  new ChartData({ step_s: 10, since: 0, ts: [0, 10, 20, 30], series: all }, { from: 0, to: 40 });
const line = (key: string, more: Partial<ChartLine> = {}): ChartLine => ({
  key,
  label: key,
  color: "red",
  of: [key],
  ...more,
});
const none = new Set<string>();
const draw = (data: ChartData, lines: ChartLine[], kind: "lines" | "stacked" = "lines", hidden: Set<string> = none) =>
  picture(data, { lines, kind, hidden });

describe("picture", () => {
  const two = dataOf(series("a", [1, 2, 3, 4]), series("b", [10, 20, null, 40]));

  it("stacks what is shown and scales to the top of the stack", () => {
    const both = draw(two, [line("a"), line("b")], "stacked");
    expect(both.lines.map(({ top }) => top)).toEqual([
      [1, 2, 3, 4],
      [11, 22, null, 44],
    ]);
    expect(both.high).toBe(44);
    const one = draw(two, [line("a"), line("b")], "stacked", new Set(["a"]));
    expect(one.lines.map(({ top }) => top)).toEqual([[10, 20, null, 40]]);
  });

  it.each([
    { combine: "sum" as const, values: [11, 22, 3, 44] },
    { combine: "max" as const, values: [10, 20, 3, 40] },
    { combine: "min" as const, values: [1, 2, 3, 4] },
    { combine: "mean" as const, values: [5.5, 11, 3, 22] },
  ])("$combine of several series counts what is known", ({ combine, values }) => {
    expect(draw(two, [line("all", { of: ["a", "b"], combine })]).lines[0]?.values).toEqual(values);
  });

  it("gives a share in percent, and none of nothing", () => {
    const data = dataOf(series("hit", [9, 0, null, 1]), series("read", [1, 0, 5, 3]));
    const share = line("ratio", { of: ["hit"], rest: ["read"], combine: "share" });
    expect(draw(data, [share]).lines[0]?.values).toEqual([90, null, null, 25]);
  });

  it("draws what parts leave of the whole, never less than nothing", () => {
    const data = dataOf(series("all", [9, 3, null, 4]), series("part", [1, 5, 5, null]));
    const others = line("others", { of: ["all"], rest: ["part"], combine: "remainder" });
    expect(draw(data, [others]).lines[0]?.values).toEqual([8, 0, null, 4]);
  });

  it("stacks nothing on a range before, and it on nothing", () => {
    const before = line("before", { of: ["b"], earlier: "total" });
    const shown = draw(two, [line("a"), before, line("c", { of: ["a"] })], "stacked");
    expect(shown.lines.map(({ top, floor }) => [top[0], floor?.[0]])).toEqual([
      [1, 0],
      [10, undefined],
      [2, 1],
    ]);
  });

  it("keeps spikes inside a step in sight", () => {
    const data = dataOf(series("a", [1, 1, 1, 1], { min: [0, 0, 0, 0], max: [1, 99, 1, 1] }));
    const shown = draw(data, [line("a")]);
    expect(shown.lines[0]?.band?.high).toEqual([1, 99, 1, 1]);
    expect(shown.high).toBe(99);
  });

  it("is empty without a value, and knows it as a gap", () => {
    const shown = draw(dataOf(), [line("a")]);
    expect(shown).toMatchObject({ empty: true, gaps: [{ from: 0, to: 40 }], staleSince: null });
  });

  it("tells since when it is stale", () => {
    const data = dataOf(series("a", [1, null, null, null]));
    data.advance(45);
    expect(draw(data, [line("a")])).toMatchObject({ staleSince: 0, resolutionSeconds: 10 });
  });
});

describe("reading values", () => {
  const shown = draw(dataOf(series("a", [1, null, null, 4]), series("b", [null, 2, null, null])), [
    line("a"),
    line("b"),
  ]);
  const at = (index: number, time: number | null) => {
    const drawn = shown.lines[index];
    return drawn ? valueAt(shown, drawn, time) : undefined;
  };
  it.each([
    { index: 0, time: null, value: 4, why: "the newest" },
    { index: 1, time: null, value: null, why: "it ended before the others" },
    { index: 0, time: 4, value: 1, why: "the nearest" },
    { index: 0, time: 15, value: null, why: "none within a step" },
    { index: 1, time: 0, value: 2, why: "one step away" },
  ])("of line $index at $time: $why", ({ index, time, value }) => {
    expect(at(index, time)).toBe(value);
  });

  it("finds the time of the nearest value of any line", () => {
    expect(nearestTime(shown, 13)).toBe(10);
    expect(nearestTime(shown, 99)).toBe(30);
    expect(nearestTime({ ts: [], lines: [] }, 5)).toBeNull();
  });
});
