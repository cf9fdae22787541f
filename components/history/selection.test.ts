import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chartText, MOST_INSTANCES } from "./address";
import { moved, searched, toggleInstance, toggleMetric, withSelection } from "./selection";

const chart = (metric: string) => ({ server: "a", metric, instances: [] });

describe("the picker's selection", () => {
  it("ticks metrics and takes ticks away", () => {
    const one = toggleMetric(new Map(), "cpu.user");
    expect([...one.keys()]).toEqual(["cpu.user"]);
    expect(toggleMetric(one, "cpu.user").size).toBe(0);
  });

  it("ticks no more instances than there are colours", () => {
    const devices = Array.from({ length: 9 }, (_, index) => ({ device: `sd${index}` }));
    const ticked = devices.reduce<readonly Record<string, string>[]>(toggleInstance, []);
    expect(ticked).toHaveLength(MOST_INSTANCES);
    expect(toggleInstance(ticked, { device: "sd0" })).toHaveLength(MOST_INSTANCES - 1);
  });

  it("adds each chart once", () => {
    const added = withSelection(
      [chart("cpu.user")],
      "a",
      new Map([
        ["cpu.user", []],
        ["disk.io", [{ device: "sda" }]],
      ]),
    );
    expect(added.map(chartText)).toEqual(["a/cpu.user", 'a/disk.io{device="sda"}']);
  });

  it("searches name, meaning, unit and instances", () => {
    const metrics = [
      { metric: "cpu.user", probe: "cpu", unit: "percent", help: "Time in programs", instances: [{}] },
      { metric: "disk.io", probe: "disk", unit: "1/s", help: "Requests", instances: [{ device: "sda" }] },
    ];
    const names = (search: string) => searched(metrics, search).map(({ metric }) => metric);
    expect(names("PROGRAMS percent")).toEqual(["cpu.user"]);
    expect(names("io sda")).toEqual(["disk.io"]);
    expect(names("sda cpu")).toEqual([]);
    expect(names("")).toHaveLength(2);
  });
});

it("moves a chart, and back to where it was, and never loses one", () => {
  const charts = ["a.a", "b.b", "c.c", "d.d"].map(chart);
  expect(moved(charts, 1, 1).map(({ metric }) => metric)).toEqual(["a.a", "c.c", "b.b", "d.d"]);
  fc.assert(
    fc.property(fc.nat(5), fc.integer({ min: -5, max: 5 }), (index, by) => {
      const after = moved(charts, index, by);
      expect(new Set(after)).toEqual(new Set(charts));
      expect(after === charts ? charts : moved(after, index + by, -by)).toEqual(charts);
    }),
  );
});
