// What the pictures of all kinds of charts are made of: shapes, their measures, and what stands around a plot. Pure.
import type { PlotArea, TimeSpan } from "./frame";
import { xOf } from "./frame";
import { type ChartMark, MARK_COLORS, MARK_KINDS, markPaths } from "./marks";
import type { Viewer } from "./paint";
import { timeLabels } from "./time-labels";

/** Colours are CSS, tokens included: `var(--chart-1)`. */
export interface PathShape {
  kind: "path";
  d: string;
  fill?: string;
  stroke?: string;
  lineWidth?: number;
  dash?: readonly number[];
  /** A number, or a token that holds one. */
  opacity?: number | string;
  /** Nothing outside it is drawn. */
  clip?: PlotArea;
}

export interface TextShape {
  kind: "text";
  text: string;
  x: number;
  /** Of the base line. */
  y: number;
  size: number;
  weight: 400 | 500 | 600;
  color: string;
  anchor: "start" | "middle" | "end";
  /** Drawn around it in the background's colour, where lines run under it. */
  halo?: boolean;
}

/** Times of which nothing is known. */
export interface HatchShape {
  kind: "hatch";
  area: PlotArea;
}

export type Shape = PathShape | TextShape | HatchShape;

export interface Print {
  width: number;
  height: number;
  background: string;
  shapes: readonly Shape[];
}

/** What stands above and below the plot of any chart. */
export interface Printed {
  title: string;
  /** Unit and resolution. */
  meta: string;
  /** The shown period, and the one before where there is one, each on a line of its own. */
  periods: readonly string[];
  marks: readonly ChartMark[];
  viewer: Viewer;
}

/** Width of a text in pixels. */
export type Measure = (text: string, font: Pick<TextShape, "size" | "weight">) => number;

export const WIDTH = 960;
export const PLOT_HEIGHT = 300;
export const PADDING = 20;
export const GUTTER = 44;
export const LINE_HEIGHT = 18;

export const NAME = { size: 12, weight: 400 } as const;
export const AXIS = { size: 11, weight: 400 } as const;

export const text = (what: Omit<TextShape, "kind" | "anchor"> & { anchor?: TextShape["anchor"] }): TextShape => ({
  kind: "text",
  anchor: "start",
  ...what,
});

export function headOf({ title, meta, periods }: Printed): Shape[] {
  const muted = { ...NAME, color: "var(--muted-foreground)" };
  return [
    text({ text: title, x: PADDING, y: PADDING + 14, size: 16, weight: 600, color: "var(--foreground)" }),
    text({ text: meta, x: WIDTH - PADDING, y: PADDING + 14, anchor: "end", ...muted }),
    ...periods.map((period, index) =>
      text({ text: period, x: PADDING, y: PADDING + 36 + index * LINE_HEIGHT, ...muted }),
    ),
  ];
}

/** Within the plot, whatever the gap's ends. */
export function hatch({ from, to }: TimeSpan, span: TimeSpan, area: PlotArea): HatchShape {
  const left = Math.max(area.x, xOf(from, span, area));
  const right = Math.min(area.x + area.width, xOf(to, span, area));
  return { kind: "hatch", area: { ...area, x: left, width: Math.max(0, right - left) } };
}

export function marksOf(marks: readonly ChartMark[], span: TimeSpan, area: PlotArea): Shape[] {
  const paths = markPaths(marks, span, area);
  return MARK_KINDS.filter((kind) => paths[kind] !== "").map((kind) => {
    return { kind: "path", d: paths[kind], stroke: MARK_COLORS[kind], fill: MARK_COLORS[kind] };
  });
}

export function timesOf({ from, to }: TimeSpan, viewer: Viewer, area: PlotArea): Shape[] {
  return timeLabels({ from, to, x: area.x, width: area.width, ...viewer }).map((label) =>
    text({ ...label, y: area.y + area.height + 15, ...AXIS, color: "var(--chart-axis)" }),
  );
}
