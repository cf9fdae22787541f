// @vitest-environment jsdom
import { expect, it } from "vitest";
import { DragSelection } from "./drag-selection";

const area = { x: 34, y: 0, width: 100, height: 72 };

it("marks a stretch inside the plot and gives its ends in order", () => {
  const drag = new DragSelection();
  const box = document.createElement("div");
  drag.begin(80);
  drag.show(box, area, 10);
  expect([box.hidden, box.style.left, box.style.width]).toEqual([false, "34px", "46px"]);
  expect(drag.end(box, 60)).toEqual([60, 80]);
  expect(box.hidden).toBe(true);
});

it("takes less than six pixels for a click", () => {
  const drag = new DragSelection();
  const box = document.createElement("div");
  drag.begin(80);
  drag.show(box, area, 84);
  expect(box.hidden).toBe(true);
  expect(drag.end(box, 84)).toBeNull();
  expect(drag.end(box, 200)).toBeNull();
});
