import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import { ChartData, seriesKey } from "./chart-data";
import { metricBefore } from "./earlier";

const answer = (ts: number[], values: (number | null)[], metric = "cpu.user"): QueryResult => ({
  step_s: 10,
  since: 0,
  ts,
  series: [{ metric, labels: {}, instance: "", unit: "percent", interval_s: 5, avg: values, min: values, max: values }],
});
const shown = (data: ChartData, key = "cpu.user") => data.columns.get(key)?.avg;

it("seriesKey does not depend on the order of labels", () => {
  expect(seriesKey("a.b", { y: "2", x: 'say "1"' })).toBe('a.b{x="say \\"1\\"",y="2"}');
  expect(seriesKey("a.b")).toBe("a.b");
});

describe("ChartData", () => {
  it("lets newer steps win and fills what other series lack", () => {
    const data = new ChartData(answer([0, 10, 20], [1, 2, null]), { from: 0, to: 30 });
    expect(data.merge(answer([20, 30], [3, 4]))).toBe(true);
    expect(data.merge(answer([30], [9], "cpu.system"))).toBe(true);
    expect(data.ts).toEqual([0, 10, 20, 30]);
    expect(shown(data)).toEqual([1, 2, 3, 4]);
    expect(shown(data, "cpu.system")).toEqual([null, null, null, 9]);
  });

  it("refuses an answer in other steps", () => {
    const data = new ChartData(answer([0, 10], [1, 2]), { from: 0, to: 20 });
    expect(data.merge({ ...answer([10], [5]), step_s: 5 })).toBe(false);
    expect(shown(data)).toEqual([1, 2]);
  });

  it("takes live samples into their step and keeps the extremes", () => {
    const data = new ChartData(answer([0, 10], [1, 2]), { from: 0, to: 20 });
    data.append(12, new Map([["cpu.user", 8]]));
    data.append(31, new Map([["cpu.user", 5]]));
    data.append(33, new Map([["cpu.user", null]]));
    data.append(34, new Map([["unknown", 1]]));
    expect(data.ts).toEqual([0, 10, 30]);
    expect(shown(data)).toEqual([1, 8, 5]);
    expect(data.columns.get("cpu.user")).toMatchObject({ min: [1, 2, 5], max: [1, 8, 5] });
  });

  it("moves its window on and forgets what left it", () => {
    const data = new ChartData(answer([0, 10, 20, 30], [1, 2, 3, 4]), { from: 0, to: 40 });
    data.advance(65);
    expect(data).toMatchObject({ from: 25, to: 65, ts: [20, 30] });
    expect(shown(data)).toEqual([3, 4]);
    data.advance(1000);
    expect(data.ts).toEqual([]);
  });

  it("moves what leaves it under what comes in, where the range before is laid under", () => {
    const own = answer([0, 10, 20], [1, 2, 3]);
    const [before] = answer(own.ts, [7, 8, 9], metricBefore("cpu.user")).series;
    const laid = { ...own, series: before ? [...own.series, before] : [] };
    const data = new ChartData(laid, { from: 0, to: 30 }, 30);
    data.merge(answer([20, 30, 40], [4, 5, 6]));
    expect(shown(data)).toEqual([1, 2, 4, 5, 6]);
    expect(shown(data, metricBefore("cpu.user"))).toEqual([7, 8, 9, 1, 2]);
    data.append(70, new Map([["cpu.user", 10]]));
    expect(shown(data, metricBefore("cpu.user"))?.at(-1)).toBe(6);
    data.replace(own, { from: 0, to: 30 });
    expect(data.shiftSeconds).toBeNull();
  });

  it("fills up aggregates that were not asked for", () => {
    const { series, ...rest } = answer([0, 10], [1, 2]);
    const data = new ChartData({ ...rest, series: series.map((one) => ({ ...one, min: [] })) }, { from: 0, to: 20 });
    expect(data.columns.get("cpu.user")).toMatchObject({ avg: [1, 2], min: [null, null] });
  });

  it("tells its listeners until they leave", () => {
    const data = new ChartData(answer([0], [1]), { from: 0, to: 10 });
    const listener = vi.fn();
    const leave = data.subscribe(listener);
    data.advance(20);
    leave();
    data.advance(30);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("stays rectangular and ascending whatever comes in whatever order", () => {
    const time = fc.integer({ min: 0, max: 40 }).map((n) => n * 10);
    const step = fc.oneof(
      fc.record({ append: time }),
      fc.record({ advance: time }),
      fc.record({ merge: fc.uniqueArray(time, { maxLength: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const data = new ChartData(answer([0], [1]), { from: 0, to: 400 });
        for (const action of steps) {
          if ("append" in action) data.append(action.append, new Map([["cpu.user", 1]]));
          else if ("advance" in action) data.advance(Math.max(data.to, action.advance + 400));
          else
            data.merge(
              answer(
                action.merge.sort((a, b) => a - b),
                action.merge.map(Number),
                "cpu.system",
              ),
            );
        }
        expect(data.ts).toEqual([...new Set(data.ts)].sort((a, b) => a - b));
        for (const { avg, min, max } of data.columns.values())
          expect([avg.length, min.length, max.length]).toEqual(Array(3).fill(data.ts.length));
      }),
    );
  });
});
