import { describe, expect, it } from "vitest";
import { heatLevel, heatPaths } from "./heat";

const thresholds = { warning: 70, critical: 90 };

describe("heatLevel", () => {
  it.each([
    [0, 0],
    [7.9, 0],
    [8, 1],
    [20, 2],
    [35, 3],
    [50, 4],
    [69.9, 4],
    [70, 5],
    [90, 6],
    [100, 6],
    [null, null],
  ])("%s %% is level %s", (percent, level) => {
    expect(heatLevel(percent, thresholds)).toBe(level);
  });

  it("warns early where the threshold is low", () => {
    expect(heatLevel(30, { warning: 25, critical: 60 })).toBe(5);
  });
});

it("heatPaths joins equal neighbours, leaves missing cells out and stays in the frame", () => {
  const grid = { ts: [0, 10, 20, 30], step: 10, rows: [[5, 5, null, 95]], thresholds };
  const paths = heatPaths(grid, { x: (time) => time, top: 0, height: 100, left: 5, right: 38 });
  expect(paths[0]).toBe("M5,0h15v99.1h-15z");
  expect(paths[6]).toBe("M30,0h8v99.1h-8z");
  expect(paths.slice(1, 6).join("")).toBe("");
});
