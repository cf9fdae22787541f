// Writes a picture into elements that stand already: the only thing that happens when data or the cursor move.
import { type PlotArea, type TimeSpan, xOf, yOf } from "./frame";
import { type ChartMark, MARK_KINDS, markPaths } from "./marks";
import { areaPath, linePath, type Scales } from "./path";
import { type ChartLine, type DrawnLine, type Picture, valueAt } from "./picture";
import { timeLabels } from "./time-labels";

/** Height of the time axis under the plot. */
export const AXIS_HEIGHT = 20;
/** Width of the value axis left of the plot. */
export const GUTTER = 34;
/** How a line of a range before differs from the shown one of the same colour. */
export const EARLIER_DASH = "3 3";
export const EARLIER_OPACITY = 0.75;
export const EARLIER_WIDTH = 1.25;
/** Extremes inside the steps; of many lines they would hide each other. */
export const bandOpacity = (lines: number): number => (lines > 2 ? 0.08 : 0.2);
/** The elements of one chart, filled by refs. */
export interface Parts {
  area: PlotArea | null;
  /** `gap`, `gap-sides`, `mark:<kind>`, and `area`, `band`, `line` of each line: `line:<key>`. */
  paths: Map<string, SVGPathElement>;
  labels: Map<number, SVGTextElement>;
  /** Cursor points by line. */
  points: Map<string, HTMLElement>;
  /** Legend values by line. */
  values: Map<string, HTMLElement>;
  cursor: HTMLElement | null;
  cursorTime: HTMLElement | null;
  tooltip: HTMLElement | null;
}

export const newParts = (): Parts => ({
  area: null,
  paths: new Map(),
  labels: new Map(),
  points: new Map(),
  values: new Map(),
  cursor: null,
  cursorTime: null,
  tooltip: null,
});

/** A ref callback that keeps an element in a map while it is mounted. */
export function keep<Key, Kept extends Element>(map: Map<Key, Kept>, key: Key) {
  return (element: Kept | null) => {
    if (element) map.set(key, element);
    else map.delete(key);
  };
}

/** About half the width of a time on the axis. */
const HALF_LABEL = 26;

export interface Viewer {
  locale: string;
  timeZone: string;
}

export interface ValueScale {
  domain: readonly [number, number];
  /** Shown value = value × factor. */
  factor: number;
}

export const scalesOf = (span: TimeSpan, area: PlotArea, { domain, factor }: ValueScale): Scales => ({
  x: (time) => xOf(time, span, area),
  y: (value) => yOf(value * factor, domain, area),
});

/** Lines, areas, bands and gaps. */
export function paintSeries(parts: Parts, picture: Picture, scale: ValueScale): void {
  if (!parts.area) return;
  const scales = scalesOf(picture, parts.area, scale);
  picture.lines.forEach((line, index) => {
    paintLine(parts, { line, picture, scales, leading: isLeading(line.line, index) });
  });
  paintGaps(parts, picture, parts.area);
}

/** The first line gets an area, unless it is one of a range before. */
export const isLeading = ({ earlier }: ChartLine, index: number): boolean => index === 0 && earlier === undefined;

interface PathsOf {
  line: DrawnLine;
  picture: Pick<Picture, "ts">;
  scales: Scales;
  /** The first line of the chart, which alone gets an area. */
  leading: boolean;
}

/** Path data of one line with what belongs to it; empty where it has none. */
export function pathsOf({ line, picture, scales, leading }: PathsOf): Record<"line" | "area" | "band", string> {
  const { top, floor, band, maxGap } = line;
  const trace = { ts: picture.ts, values: top, maxGap };
  const below = floor ?? (leading ? 0 : null);
  return {
    line: linePath(trace, scales),
    area: below === null ? "" : areaPath(trace, scales, below),
    band: band ? areaPath({ ...trace, values: band.high }, scales, band.low) : "",
  };
}

function paintLine(parts: Parts, what: PathsOf & { picture: Picture }): void {
  const { key, earlier } = what.line.line;
  const stale = what.picture.staleSince !== null && earlier === undefined ? "var(--chart-8)" : "";
  const paths = pathsOf(what);
  draw(parts, `line:${key}`, paths.line).style.stroke = stale;
  draw(parts, `area:${key}`, paths.area).style.fill = stale;
  draw(parts, `band:${key}`, paths.band).style.fill = stale;
}

const nowhere = { style: {} as CSSStyleDeclaration };

function draw(parts: Parts, name: string, d: string): Pick<SVGPathElement, "style"> {
  const path = parts.paths.get(name);
  path?.setAttribute("d", d);
  return path ?? nowhere;
}

/** Hatched from the last sample before to the first one after, with dashed sides that the plot's own edges need not have. */
export function paintGaps(parts: Parts, picture: Pick<Picture, "gaps" | "from" | "to">, area: PlotArea): void {
  const bottom = area.y + area.height;
  const end = area.x + area.width;
  const bars = picture.gaps.map(({ from, to }) => ({
    left: Math.max(area.x, xOf(from, picture, area)),
    right: Math.min(end, xOf(to, picture, area)),
  }));
  const edges = bars.flatMap(({ left, right }) => [left, right]).filter((x) => x > area.x + 1 && x < end - 1);
  draw(parts, "gap", bars.map(({ left, right }) => `M${left},${area.y}H${right}V${bottom}H${left}Z`).join(""));
  draw(parts, "gap-sides", edges.map((x) => `M${x},${area.y}V${bottom}`).join(""));
}

/** Lines and flags of what happened. */
export function paintMarks(parts: Parts, marks: readonly ChartMark[], span: TimeSpan): void {
  if (!parts.area) return;
  const paths = markPaths(marks, span, parts.area);
  for (const kind of MARK_KINDS) draw(parts, `mark:${kind}`, paths[kind]);
}

/** Labels of the time axis. */
export function paintTimeLabels(parts: Parts, span: TimeSpan, viewer: Viewer): void {
  if (!parts.area) return;
  const { x, y, width, height } = parts.area;
  const labels = timeLabels({ from: span.from, to: span.to, x, width, ...viewer });
  for (const [index, element] of parts.labels) {
    const label = labels[index];
    element.textContent = label?.text ?? "";
    if (!label) continue;
    element.setAttribute("x", String(label.x));
    element.setAttribute("y", String(y + height + 14));
    element.setAttribute("text-anchor", label.anchor);
  }
}

/** The line through the plot, and its time on the axis where this chart is the one pointed at. */
export function paintCursorLine(parts: Parts, time: number | null, where: TimeSpan & { label: string | null }): void {
  const { area, cursor, cursorTime } = parts;
  const x = time === null || !area ? Number.NaN : xOf(time, where, area);
  const inside = area !== null && x >= area.x - 0.5 && x <= area.x + area.width + 0.5;
  if (cursor) {
    cursor.hidden = !inside;
    if (inside) cursor.style.transform = `translateX(${Math.round(x)}px)`;
  }
  if (cursorTime) {
    cursorTime.hidden = !inside || where.label === null;
    if (area && !cursorTime.hidden) {
      cursorTime.textContent = where.label;
      const middle = Math.min(area.x + area.width - HALF_LABEL, Math.max(area.x + HALF_LABEL, x));
      cursorTime.style.transform = `translateX(${Math.round(middle)}px) translateX(-50%)`;
    }
  }
  placeTooltip(parts, x);
}

/** Left of the cursor, or right of it where it stands near the left edge. */
export function placeTooltip({ area, tooltip }: Parts, x: number): void {
  if (!area || !tooltip) return;
  const leftOf = x - area.x > 0.4 * area.width;
  tooltip.style.transform = `translateX(${Math.round(leftOf ? x - 12 : x + 12)}px) translateX(${leftOf ? "-100%" : "0"})`;
}

/** A point on each line that has a value at the cursor. */
export function paintPoints(parts: Parts, picture: Picture, at: { time: number | null; scale: ValueScale }): void {
  const { area } = parts;
  for (const line of picture.lines) {
    const point = parts.points.get(line.line.key);
    if (!point) continue;
    const value = at.time === null ? null : valueAt(picture, line, at.time, line.top);
    point.hidden = value === null || !area;
    if (value === null || !area || at.time === null) continue;
    const { x, y } = scalesOf(picture, area, at.scale);
    point.style.transform = `translate(${Math.round(x(at.time))}px, ${Math.round(y(value) * 2) / 2}px)`;
  }
}
