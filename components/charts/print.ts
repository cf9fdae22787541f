// A chart as a list of shapes to be drawn on a canvas of its own, with all that a picture needs to stand alone. Pure.
import type { PlotArea, TimeSpan } from "./frame";
import { xOf, yOf } from "./frame";
import { type ChartMark, MARK_COLORS, MARK_KINDS, markPaths } from "./marks";
import {
  AXIS_HEIGHT,
  bandOpacity,
  EARLIER_DASH,
  EARLIER_OPACITY,
  EARLIER_WIDTH,
  isLeading,
  pathsOf,
  scalesOf,
  type Viewer,
} from "./paint";
import type { ChartKind, ChartLine, Picture } from "./picture";
import type { Threshold } from "./plot-frame";
import { labelsHang, type ValueAxis } from "./scale";
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

export interface PrintedChart {
  title: string;
  /** Unit and resolution. */
  meta: string;
  /** The shown period, and the one before where there is one, each on a line of its own. */
  periods: readonly string[];
  picture: Picture;
  kind: ChartKind;
  axis: ValueAxis;
  /** Shown value = value × factor. */
  factor: number;
  formatTick(value: number): string;
  /** On the axis' scale. */
  thresholds: readonly Threshold[];
  marks: readonly ChartMark[];
  /** Values of the lines as the legend shows them. */
  values: ReadonlyMap<string, string>;
  viewer: Viewer;
}

/** Width of a text in pixels. */
export type Measure = (text: string, font: Pick<TextShape, "size" | "weight">) => number;

const WIDTH = 960;
const PLOT_HEIGHT = 300;
const PADDING = 20;
const GUTTER = 44;
const LINE_HEIGHT = 18;
const SWATCH = 12;

const NAME = { size: 12, weight: 400 } as const;
const VALUE = { size: 12, weight: 500 } as const;
const AXIS = { size: 11, weight: 400 } as const;

export function printOf(chart: PrintedChart, measure: Measure): Print {
  const head = headOf(chart);
  const legend = legendOf(chart, { top: PADDING + 28 + chart.periods.length * LINE_HEIGHT, measure });
  const area = { x: PADDING + GUTTER, y: legend.bottom + 10, width: WIDTH - 2 * PADDING - GUTTER, height: PLOT_HEIGHT };
  return {
    width: WIDTH,
    height: area.y + PLOT_HEIGHT + AXIS_HEIGHT + PADDING,
    background: "var(--card)",
    shapes: [
      ...head,
      ...legend.shapes,
      ...gridOf(chart, area),
      ...chart.picture.gaps.map((gap) => hatch(gap, chart.picture, area)),
      ...linesOf(chart, area),
      ...thresholdsOf(chart, area),
      ...marksOf(chart, area),
      ...timesOf(chart, area),
    ],
  };
}

const text = (what: Omit<TextShape, "kind" | "anchor"> & { anchor?: TextShape["anchor"] }): TextShape => ({
  kind: "text",
  anchor: "start",
  ...what,
});

function headOf({ title, meta, periods }: PrintedChart): Shape[] {
  const muted = { ...NAME, color: "var(--muted-foreground)" };
  return [
    text({ text: title, x: PADDING, y: PADDING + 14, size: 16, weight: 600, color: "var(--foreground)" }),
    text({ text: meta, x: WIDTH - PADDING, y: PADDING + 14, anchor: "end", ...muted }),
    ...periods.map((period, index) =>
      text({ text: period, x: PADDING, y: PADDING + 36 + index * LINE_HEIGHT, ...muted }),
    ),
  ];
}

/** Swatch, name and value of each line, in as many rows as they need. */
function legendOf(chart: PrintedChart, { top, measure }: { top: number; measure: Measure }) {
  const shapes: Shape[] = [];
  let x = PADDING;
  let y = top + LINE_HEIGHT;
  for (const { line } of chart.picture.lines) {
    const value = chart.values.get(line.key) ?? "";
    const nameWidth = measure(line.label, NAME);
    const width = SWATCH + 6 + nameWidth + 6 + measure(value, VALUE);
    if (x > PADDING && x + width > WIDTH - PADDING) {
      x = PADDING;
      y += LINE_HEIGHT;
    }
    shapes.push(
      swatch(line, { x, y: y - 4, kind: chart.kind }),
      text({ text: line.label, x: x + SWATCH + 6, y, ...NAME, color: "var(--foreground-2)" }),
      text({ text: value, x: x + SWATCH + 12 + nameWidth, y, ...VALUE, color: "var(--foreground)" }),
    );
    x += width + 18;
  }
  return { shapes, bottom: y };
}

function swatch(line: ChartLine, { x, y, kind }: { x: number; y: number; kind: ChartKind }): Shape {
  if (kind === "stacked") return { kind: "path", d: `M${x + 2},${y - 4}h8v8h-8Z`, fill: line.color };
  const stroke = { kind: "path", d: `M${x},${y}h${SWATCH}`, stroke: line.color, lineWidth: 2 } as const;
  return line.earlier === undefined ? stroke : { ...stroke, dash: dashes(EARLIER_DASH) };
}

const dashes = (pattern: string): number[] => pattern.split(" ").map(Number);

function gridOf({ axis, formatTick }: PrintedChart, area: PlotArea): Shape[] {
  const right = area.x + area.width;
  return axis.ticks.flatMap((tick, index): Shape[] => {
    const y = Math.round(yOf(tick, axis.domain, area)) + 0.5;
    const stroke = index === 0 ? "var(--border-strong)" : "var(--chart-grid)";
    return [
      { kind: "path", d: `M${area.x},${y}H${right}`, stroke },
      text({ text: formatTick(tick), x: area.x - 8, y: y + 3.5, anchor: "end", ...AXIS, color: "var(--chart-axis)" }),
    ];
  });
}

function hatch({ from, to }: TimeSpan, span: TimeSpan, area: PlotArea): HatchShape {
  const left = Math.max(area.x, xOf(from, span, area));
  const right = Math.min(area.x + area.width, xOf(to, span, area));
  return { kind: "hatch", area: { ...area, x: left, width: Math.max(0, right - left) } };
}

function linesOf({ picture, kind, axis, factor }: PrintedChart, area: PlotArea): Shape[] {
  const scales = scalesOf(picture, area, { domain: axis.domain, factor });
  const drawn = picture.lines.map((line, index) => ({
    ...line.line,
    paths: pathsOf({ line, picture, scales, leading: isLeading(line.line, index) }),
  }));
  const band = bandOpacity(drawn.filter(({ earlier }) => earlier === undefined).length);
  const areas = drawn.flatMap(({ color, paths }): PathShape[] => [
    { kind: "path", d: paths.area, fill: color, opacity: kind === "stacked" ? "var(--area-stacked)" : "var(--area)" },
    { kind: "path", d: paths.band, fill: color, opacity: band },
  ]);
  const lines = drawn
    .toSorted((a, b) => Number(b.earlier !== undefined) - Number(a.earlier !== undefined))
    .map(
      ({ color, earlier, paths }): PathShape => ({
        kind: "path",
        d: paths.line,
        stroke: color,
        lineWidth: earlier === undefined ? 1.5 : EARLIER_WIDTH,
        ...(earlier !== undefined && { dash: dashes(EARLIER_DASH), opacity: EARLIER_OPACITY }),
      }),
    );
  const clip = { ...area, y: area.y - 2, height: area.height + 4 };
  return [...areas, ...lines].filter(({ d }) => d !== "").map((shape) => ({ ...shape, clip }));
}

function thresholdsOf({ thresholds, axis }: PrintedChart, area: PlotArea): Shape[] {
  const marks = thresholds.map(({ at }) => at);
  const down = labelsHang(marks, axis, area.height) ? 12 : -4;
  return thresholds.flatMap(({ at, tone, label }): Shape[] => {
    const y = yOf(at, axis.domain, area);
    return [
      { kind: "path", d: `M${area.x},${y}H${area.x + area.width}`, stroke: `var(--${tone}-solid)`, dash: [3, 3] },
      text({ text: label, x: area.x + 4, y: y + down, ...AXIS, color: `var(--${tone}-text)`, halo: true }),
    ];
  });
}

function marksOf({ marks, picture }: PrintedChart, area: PlotArea): Shape[] {
  const paths = markPaths(marks, picture, area);
  return MARK_KINDS.filter((kind) => paths[kind] !== "").map((kind) => {
    return { kind: "path", d: paths[kind], stroke: MARK_COLORS[kind], fill: MARK_COLORS[kind] };
  });
}

function timesOf({ picture: { from, to }, viewer }: PrintedChart, area: PlotArea): Shape[] {
  return timeLabels({ from, to, x: area.x, width: area.width, ...viewer }).map((label) =>
    text({ ...label, y: area.y + area.height + 15, ...AXIS, color: "var(--chart-axis)" }),
  );
}
