import { expect, it } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import { ChartData } from "./chart-data";
import { picture } from "./picture";
import { heatPrintOf } from "./print-heat";

const FROM = Date.parse("2026-03-01T12:00:00Z") / 1000;

function print() {
  const rows: Record<string, (number | null)[]> = { a: [95, 95, null, null, null, 75], b: [1, 1, null, null, null, 1] };
  const result: QueryResult = {
    step_s: 60,
    since: 0,
    ts: [0, 1, 2, 3, 4, 5].map((step) => FROM + step * 60),
    series: Object.entries(rows).map(([metric, avg]) => ({
      ...{ metric, labels: {}, instance: "", unit: "percent", interval_s: 60 },
      ...{ avg, min: avg, max: avg },
    })),
  };
  const data = new ChartData(result, { from: FROM, to: FROM + 360 });
  const lines = Object.keys(rows).map((key) => ({ key, label: key, color: "", of: [key] }));
  return heatPrintOf({
    ...{ title: "CPU per core", meta: "% busy, 1 min", periods: ["12:00 – 12:06"], names: ["0", "1"] },
    picture: picture(data, { lines, kind: "lines", hidden: new Set() }),
    thresholds: { warning: 70, critical: 90 },
    marks: [{ at: FROM + 180, label: "down", kind: "critical" }],
    viewer: { locale: "en", timeZone: "UTC" },
  });
}

it("says all that a picture needs to stand alone", () => {
  const { shapes, width, height } = print();
  const texts = shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
  expect(texts.slice(0, 8)).toEqual(["CPU per core", "% busy, 1 min", "12:00 – 12:06", "0", "70", "90", "0", "1"]);
  expect(texts.at(-1)).toBe("12:06:00");
  const paths = shapes.flatMap((shape) => (shape.kind === "path" ? [shape] : []));
  // Of each colour one in the key and one of cells; nothing is in between here.
  const filled = paths.filter(({ fill, d }) => fill?.startsWith("var(--heat") && d !== "").map(({ fill }) => fill);
  expect(filled.filter((fill) => fill === "var(--heat-6)")).toHaveLength(2);
  expect(filled.filter((fill) => fill === "var(--heat-3)")).toHaveLength(1);
  expect(paths.some(({ stroke }) => stroke === "var(--crit-solid)")).toBe(true);
  const gaps = shapes.flatMap((shape) => (shape.kind === "hatch" ? [shape.area] : []));
  expect(gaps).toHaveLength(1);
  expect((gaps[0]?.x ?? 0) + (gaps[0]?.width ?? 0)).toBeLessThan(width);
  for (const { y, height: tall } of gaps) expect(y + tall).toBeLessThan(height);
});
