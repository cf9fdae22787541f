import { describe, expect, it } from "vitest";
import { ChartData } from "./chart-data";
import { picture } from "./picture";
import { legendTexts, shownValue, spokenValues, tooltipRows } from "./readings";
import { scaledUnit } from "./unit-scale";

const one = (metric: string, avg: (number | null)[]) => ({
  metric,
  labels: {},
  instance: "",
  unit: "bytes",
  interval_s: 10,
  avg,
  min: avg,
  max: avg,
});
const data = new ChartData(
  { step_s: 10, since: 0, ts: [0, 10], series: [one("used", [1024, 3072]), one("cached", [2048, null])] },
  { from: 0, to: 20 },
);
const line = (key: string) => ({ key, label: key, color: "red", of: [key] });
const seen = picture(data, { lines: [line("used"), line("cached")], kind: "stacked", hidden: new Set() });
const shape = { unit: scaledUnit("bytes", 4096), locale: "en" };

describe("readings", () => {
  it.each([
    { unit: scaledUnit("percent", 100), value: 47.64, text: "47.6%" },
    { unit: scaledUnit("percent", 100), value: null, text: "–" },
    { unit: scaledUnit("bytes", 4096), value: 3072, text: "3" },
    { unit: scaledUnit("count", 4096), value: 1412, text: "1,412" },
  ])("writes $value as $text", ({ unit, value, text }) => {
    expect(shownValue(value, { unit, locale: "en" })).toBe(text);
  });

  it("gives the legend the value at the cursor, or the newest", () => {
    expect([...legendTexts(seen, 0, shape)]).toEqual([
      ["used", "1"],
      ["cached", "2"],
    ]);
    expect(legendTexts(seen, null, shape).get("used")).toBe("3");
    expect(spokenValues(seen, 0, shape)).toBe("used 1, cached 2");
  });

  it("gives the tooltip a stack from the top down, and its sum", () => {
    const rows = tooltipRows(seen, 0, { ...shape, kind: "stacked", total: "Total" });
    expect(rows.map(({ label, value }) => `${label} ${value}`)).toEqual(["cached 2", "used 1", "Total 3"]);
    const under = { ...line("before"), of: ["used"], earlier: "total" };
    const laid = picture(data, { lines: [line("used"), line("cached"), under], kind: "stacked", hidden: new Set() });
    const [, , total] = tooltipRows(laid, 0, { ...shape, kind: "stacked", total: "Total" });
    expect(total).toMatchObject({ label: "Total", value: "3", before: "1" });
    const lines = tooltipRows(seen, 0, { ...shape, kind: "lines", total: "Total" });
    expect(lines.map(({ label }) => label)).toEqual(["used", "cached"]);
  });
});
