// A chart as a list of shapes to be drawn on a canvas of its own, with all that a picture needs to stand alone. Pure.
import type { PlotArea } from "./frame";
import { yOf } from "./frame";
import {
  AXIS_HEIGHT,
  bandOpacity,
  EARLIER_DASH,
  EARLIER_OPACITY,
  EARLIER_WIDTH,
  isLeading,
  pathsOf,
  scalesOf,
} from "./paint";
import type { ChartKind, ChartLine, Picture } from "./picture";
import type { Threshold } from "./plot-frame";
import {
  AXIS,
  GUTTER,
  hatch,
  headOf,
  LINE_HEIGHT,
  type Measure,
  marksOf,
  NAME,
  PADDING,
  type PathShape,
  PLOT_HEIGHT,
  type Print,
  type Printed,
  type Shape,
  text,
  timesOf,
  WIDTH,
} from "./print-parts";
import { labelsHang, type ValueAxis } from "./scale";

export interface PrintedChart extends Printed {
  picture: Picture;
  kind: ChartKind;
  axis: ValueAxis;
  /** Shown value = value × factor. */
  factor: number;
  formatTick(value: number): string;
  /** On the axis' scale. */
  thresholds: readonly Threshold[];
  /** Values of the lines as the legend shows them. */
  values: ReadonlyMap<string, string>;
}

const SWATCH = 12;
const VALUE = { size: 12, weight: 500 } as const;

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
      ...marksOf(chart.marks, chart.picture, area),
      ...timesOf(chart.picture, chart.viewer, area),
    ],
  };
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
