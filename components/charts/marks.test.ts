import { describe, expect, it } from "vitest";
import { type ChartMark, markPaths, marksAbout, nearestMark } from "./marks";

const mark = (at: number, more: Partial<ChartMark> = {}): ChartMark => ({
  at,
  label: `at ${at}`,
  kind: "plain",
  ...more,
});
const area = { x: 34, y: 0, width: 100, height: 72 };
const span = { from: 1000, to: 1100 };

describe("markPaths", () => {
  it("draws a line through the plot with a flag under the axis", () => {
    expect(markPaths([mark(1050)], span, area).plain).toBe("M84.5,0V72m-4,5l4,-4l4,4z");
  });

  it("keeps kinds apart, and leaves out what lies outside the span", () => {
    const paths = markPaths([mark(1010, { kind: "critical" }), mark(999), mark(1101, { kind: "good" })], span, area);
    expect(paths).toEqual({ plain: "", good: "", warning: "", critical: "M44.5,0V72m-4,5l4,-4l4,4z" });
  });

  it("draws marks of one pixel and kind once", () => {
    const paths = markPaths([mark(1050), mark(1050.2), mark(1050, { kind: "warning" })], span, area);
    expect(paths.plain.split("M")).toHaveLength(2);
    expect(paths.warning.split("M")).toHaveLength(2);
  });
});

describe("what happened about a time", () => {
  const marks = [mark(1060), mark(1050), mark(1052)];

  it("is found within reach, in its order", () => {
    expect(marksAbout(marks, 1051, 2).map(({ at }) => at)).toEqual([1050, 1052]);
    expect(marksAbout(marks, 1080, 2)).toEqual([]);
  });

  it("is nearest where the pointer is", () => {
    expect(nearestMark(marks, 1053, 5)?.at).toBe(1052);
    expect(nearestMark(marks, 1070, 5)).toBeNull();
  });
});
