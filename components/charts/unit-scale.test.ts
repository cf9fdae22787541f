import { describe, expect, it } from "vitest";
import { axisLabel, type ChartUnit, scaledUnit } from "./unit-scale";

const GIB = 1024 ** 3;

describe("scaledUnit", () => {
  it.each<{ unit: ChartUnit; top: number; symbol: string; shown: number }>([
    { unit: "percent", top: 47.6, symbol: "%", shown: 47.6 },
    { unit: "ratio", top: 0.5, symbol: "%", shown: 50 },
    { unit: "bytes", top: 512, symbol: "B", shown: 512 },
    { unit: "bytes", top: 1024, symbol: "KiB", shown: 1 },
    { unit: "bytes", top: 125.6 * GIB, symbol: "GiB", shown: 125.6 },
    { unit: "bytes/s", top: 3 * 1024 * 1024, symbol: "MiB/s", shown: 3 },
    { unit: "KiB/s", top: 0.5, symbol: "B/s", shown: 512 },
    { unit: "KiB/s", top: 3 * 1024, symbol: "MiB/s", shown: 3 },
    { unit: "bytes", top: 0, symbol: "B", shown: 0 },
    { unit: "bit/s", top: 65_287_500, symbol: "Mbit/s", shown: 522.3 },
    { unit: "ms", top: 0.25, symbol: "µs", shown: 250 },
    { unit: "ms", top: 4.1, symbol: "ms", shown: 4.1 },
    { unit: "ms", top: 1500, symbol: "s", shown: 1.5 },
    { unit: "s", top: 90, symbol: "s", shown: 90 },
    { unit: "s", top: 7200, symbol: "h", shown: 2 },
    { unit: "s", top: 0, symbol: "s", shown: 0 },
    { unit: "count", top: 12, symbol: "", shown: 12 },
    { unit: "1/s", top: 1200, symbol: "/s", shown: 1200 },
  ])("$top $unit is shown as $shown $symbol", ({ unit, top, symbol, shown }) => {
    const scaled = scaledUnit(unit, top);
    expect(scaled.symbol).toBe(symbol);
    expect(top * scaled.factor).toBeCloseTo(shown, 6);
  });

  it("lets only counts insist on whole numbers and only bytes on powers of two", () => {
    expect(scaledUnit("count", 3)).toMatchObject({ whole: true, binary: false });
    expect(scaledUnit("bytes", 3)).toMatchObject({ whole: false, binary: true });
  });
});

it.each([
  { value: 0.25, text: "0.25" },
  { value: 3200, text: "3.2k" },
  { value: 12_500, text: "12.5k" },
])("axisLabel writes $value as $text", ({ value, text }) => {
  expect(axisLabel(value, "en")).toBe(text);
});
