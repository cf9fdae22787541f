import { describe, expect, it } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import { ChartData } from "./chart-data";
import type { ChartLine } from "./picture";
import { picture } from "./picture";
import { type PrintedChart, printOf } from "./print";
import type { Measure, Shape, TextShape } from "./print-parts";

const FROM = Date.parse("2026-03-01T12:00:00Z") / 1000;
const measure: Measure = (text) => 6 * text.length;
const line = (key: string, more: Partial<ChartLine> = {}): ChartLine => ({
  key,
  label: key,
  color: `var(--${key})`,
  of: [key],
  ...more,
});

function chart(lines: ChartLine[], more: Partial<PrintedChart> = {}): PrintedChart {
  const values = [10, 20, null, null, null, 40];
  const result: QueryResult = {
    step_s: 60,
    since: 0,
    ts: values.map((_, index) => FROM + index * 60),
    series: lines.map(({ key }) => ({
      metric: key,
      labels: {},
      instance: "",
      unit: "percent",
      interval_s: 60,
      avg: values,
      min: values,
      max: values,
    })),
  };
  const data = new ChartData(result, { from: FROM, to: FROM + 360 });
  return {
    title: "cpu.usage_percent",
    meta: "%, 1 min",
    periods: ["12:00 – 12:06"],
    picture: picture(data, { lines, kind: "lines", hidden: new Set() }),
    kind: "lines",
    axis: { domain: [0, 100], ticks: [0, 50, 100] },
    factor: 1,
    formatTick: (value) => `${value}`,
    thresholds: [{ at: 70, tone: "warn", label: "warning 70" }],
    values: new Map(lines.map(({ key }) => [key, "40%"])),
    marks: [],
    viewer: { locale: "en", timeZone: "UTC" },
    ...more,
  };
}

const texts = (shapes: readonly Shape[]) => shapes.filter((shape): shape is TextShape => shape.kind === "text");
const strokes = (shapes: readonly Shape[], color: string) =>
  shapes.flatMap((shape) => (shape.kind === "path" && shape.stroke === color && shape.clip ? [shape] : []));

describe("printOf", () => {
  it("shows what happened", () => {
    const marks = [{ at: FROM + 60, label: "down", kind: "critical" as const }];
    const red = (shapes: readonly Shape[]) =>
      shapes.filter((shape) => shape.kind === "path" && shape.fill === "var(--crit-solid)");
    expect(red(printOf(chart([line("user")], { marks }), measure).shapes)).toHaveLength(1);
    expect(red(printOf(chart([line("user")]), measure).shapes)).toEqual([]);
  });

  it("says all that a picture needs to stand alone", () => {
    const { shapes, width, height } = printOf(chart([line("user")]), measure);
    expect(texts(shapes).map(({ text }) => text)).toEqual([
      "cpu.usage_percent",
      "%, 1 min",
      "12:00 – 12:06",
      "user",
      "40%",
      "0",
      "50",
      "100",
      "warning 70",
      "12:00:00",
      expect.stringMatching(/^12:0/),
      expect.stringMatching(/^12:0/),
      expect.stringMatching(/^12:0/),
      expect.stringMatching(/^12:0/),
      expect.stringMatching(/^12:0/),
      "12:06:00",
    ]);
    for (const { x, y } of texts(shapes)) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(width);
      expect(y).toBeLessThanOrEqual(height);
    }
  });

  it("hatches gaps and never draws a line across them", () => {
    const { shapes } = printOf(chart([line("user")]), measure);
    expect(shapes.filter(({ kind }) => kind === "hatch")).toHaveLength(1);
    expect(strokes(shapes, "var(--user)")[0]?.d.match(/M/g)).toHaveLength(2);
  });

  it("draws a range before dashed, and under the shown one", () => {
    const lines = [line("user"), line("before", { earlier: "user" })];
    const drawn = printOf(chart(lines), measure).shapes;
    const [shown, before] = [strokes(drawn, "var(--user)")[0], strokes(drawn, "var(--before)")[0]];
    expect(shown?.dash).toBeUndefined();
    expect(before?.dash).toEqual([3, 3]);
    expect(drawn.indexOf(before as Shape)).toBeLessThan(drawn.indexOf(shown as Shape));
  });

  it("makes room for as many rows of the legend as there are", () => {
    const many = Array.from({ length: 14 }, (_, index) => line(`a-database-with-a-name-${index}`));
    const [few, more] = [printOf(chart(many.slice(0, 1)), measure), printOf(chart(many), measure)];
    expect(more.height).toBeGreaterThan(few.height);
    for (const { x, text } of texts(more.shapes)) expect(x, text).toBeLessThanOrEqual(more.width);
  });
});
