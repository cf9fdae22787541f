// A heat map as a list of shapes to be drawn on a canvas of its own. Pure.
import { xOf } from "./frame";
import { gapsBetweenCells, HEAT_LEVELS, type HeatThresholds, heatPaths } from "./heat";
import { labelledRows } from "./heat-summary";
import { AXIS_HEIGHT } from "./paint";
import type { Picture } from "./picture";
import {
  AXIS,
  GUTTER,
  hatch,
  headOf,
  LINE_HEIGHT,
  marksOf,
  PADDING,
  PLOT_HEIGHT,
  type Print,
  type Printed,
  type Shape,
  text,
  timesOf,
  WIDTH,
} from "./print-parts";

interface PrintedHeat extends Printed {
  picture: Picture;
  /** Of the rows, from the top. */
  names: readonly string[];
  thresholds: HeatThresholds;
}

export function heatPrintOf(chart: PrintedHeat): Print {
  const { picture, names, thresholds, viewer, marks } = chart;
  const key = PADDING + 28 + (chart.periods.length + 1) * LINE_HEIGHT;
  const area = { x: PADDING + GUTTER, y: key + 10, width: WIDTH - 2 * PADDING - GUTTER, height: PLOT_HEIGHT };
  const cells = heatPaths(
    { ts: picture.ts, step: picture.resolutionSeconds, rows: picture.lines.map(({ values }) => values), thresholds },
    {
      ...{ x: (time) => xOf(time, picture, area), top: area.y, height: area.height },
      ...{ left: area.x, right: area.x + area.width },
    },
  );
  return {
    width: WIDTH,
    height: area.y + PLOT_HEIGHT + AXIS_HEIGHT + PADDING,
    background: "var(--card)",
    shapes: [
      ...headOf(chart),
      ...keyOf(thresholds, key),
      ...cells.map((d, level): Shape => ({ kind: "path", d, fill: `var(--heat-${level})` })),
      ...gapsBetweenCells(picture).map((gap) => hatch(gap, picture, area)),
      ...namesOf(names, area),
      ...marksOf(marks, picture, area),
      ...timesOf(picture, viewer, area),
    ],
  };
}

/** The colours, with the values of the thresholds before theirs. */
function keyOf({ warning, critical }: HeatThresholds, y: number): Shape[] {
  const before: Partial<Record<number, number>> = { 0: 0, 5: warning, 6: critical };
  let x = PADDING;
  return HEAT_LEVELS.flatMap((level): Shape[] => {
    const value = before[level];
    const label = value === undefined ? [] : [text({ text: `${value}`, x, y, ...AXIS, color: "var(--chart-axis)" })];
    if (value !== undefined) x += 20;
    const box: Shape = { kind: "path", d: `M${x},${y - 8}h14v8h-14Z`, fill: `var(--heat-${level})` };
    x += 18;
    return [...label, box];
  });
}

function namesOf(names: readonly string[], area: { x: number; y: number; height: number }): Shape[] {
  const pitch = area.height / Math.max(1, names.length);
  return labelledRows(names.length).map((row) =>
    text({
      ...{ text: names[row] ?? "", x: area.x - 8, y: area.y + (row + 0.5) * pitch + 4 },
      ...{ ...AXIS, anchor: "end", color: "var(--chart-axis)" },
    }),
  );
}
