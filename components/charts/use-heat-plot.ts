import { useEffect, useState } from "react";
import { useBoard } from "./board";
import type { ChartData } from "./chart-data";
import { xOf } from "./frame";
import { gapsBetweenCells, type HeatThresholds, heatPaths } from "./heat";
import type { ChartMark } from "./marks";
import { GUTTER, newParts, paintCursorLine, paintGaps, paintMarks, paintTimeLabels, type Viewer } from "./paint";
import { type ChartLine, type Picture, picture } from "./picture";
import { exactTime } from "./time-ticks";
import { usePainting } from "./use-painting";

export interface HeatPlot {
  id: string;
  data: ChartData;
  /** One per row, from the top. */
  lines: readonly ChartLine[];
  thresholds: HeatThresholds;
  /** Pixels of the box, gutter included, and of the plot. */
  width: number;
  height: number;
  viewer: Viewer;
  marks: readonly ChartMark[];
}

const NOTHING_HIDDEN: ReadonlySet<string> = new Set();

/** Paints cells, gaps and labels of a heat map. New data renders its card too: a column comes seldom. */
export function useHeatPlot(plot: HeatPlot, card: { readonly current: Element | null }) {
  const { cursor } = useBoard();
  const look = () => picture(plot.data, { lines: plot.lines, kind: "lines", hidden: NOTHING_HIDDEN });
  const [parts] = useState(newParts);
  const [seen, setSeen] = useState<Picture>(look);
  const paintCursor = () => {
    const { state } = cursor;
    const label = state?.chart === plot.id ? exactTime(state.time, plot.viewer, false) : null;
    paintCursorLine(parts, state?.time ?? null, { from: seen.from, to: seen.to, label });
  };
  usePainting(card, plot.data, { paint: () => setSeen(look()), paintCursor });
  useEffect(() => {
    const area = { x: GUTTER, y: 0, width: Math.max(0, plot.width - GUTTER), height: plot.height };
    parts.area = area;
    for (const [level, d] of cells(plot, seen).entries()) parts.paths.get(`heat:${level}`)?.setAttribute("d", d);
    paintGaps(parts, { ...seen, gaps: gapsBetweenCells(seen) }, area);
    paintMarks(parts, plot.marks, seen);
    paintTimeLabels(parts, seen, plot.viewer);
  });
  return { parts, seen };
}

/** `d` per level. */
function cells({ width, height, thresholds }: HeatPlot, seen: Picture): string[] {
  const area = { x: GUTTER, width: Math.max(0, width - GUTTER) };
  const rows = seen.lines.map(({ values }) => values);
  return heatPaths(
    { ts: seen.ts, step: seen.resolutionSeconds, rows, thresholds },
    { x: (time) => xOf(time, seen, area), top: 0, height, left: area.x, right: area.x + area.width },
  );
}
