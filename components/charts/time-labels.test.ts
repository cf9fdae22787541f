import { expect, it } from "vitest";
import { timeLabels } from "./time-labels";

const to = Date.parse("2026-03-01T12:41:00Z") / 1000;
const hour = { from: to - 3600, to, timeZone: "UTC", locale: "en-GB", x: 34 };

it("sets both ends flush and round times between them", () => {
  const labels = timeLabels({ ...hour, width: 620 });
  expect(labels.map(({ text }) => text)).toEqual(["11:41", "11:50", "12:00", "12:10", "12:20", "12:30", "12:41"]);
  expect(labels[0]).toEqual({ text: "11:41", x: 34, anchor: "start" });
  expect(labels.at(-1)).toEqual({ text: "12:41", x: 654, anchor: "end" });
});

it.each([60, 120, 200, 330, 700, 1200])("never lets two labels touch at %i px", (width) => {
  const labels = timeLabels({ ...hour, width });
  const edges = labels.map(({ text, x, anchor }) => {
    const size = text.length * 6;
    const left = anchor === "start" ? x : anchor === "end" ? x - size : x - size / 2;
    return { left, right: left + size };
  });
  for (let i = 1; i < edges.length; i++)
    expect(edges[i]?.left ?? 0).toBeGreaterThanOrEqual(edges[i - 1]?.right ?? Number.POSITIVE_INFINITY);
});
