// Heat map: from values to levels of the ramp, and from levels to a few large shapes.

import type { Interval } from "./gaps";

export interface HeatThresholds {
  /** At or above, in the values' unit. */
  warning: number;
  critical: number;
}

/** Levels 0 to 4 are steel and part the range below warning, 5 is amber, 6 is red. */
export const HEAT_LEVELS = [0, 1, 2, 3, 4, 5, 6] as const;
const STEEL_STEPS = [8, 20, 35, 50];

/** Level of a percentage on the ramp; `null` where there is no value. */
export function heatLevel(percent: number | null, { warning, critical }: HeatThresholds): number | null {
  if (percent === null || Number.isNaN(percent)) return null;
  if (percent >= critical) return 6;
  if (percent >= warning) return 5;
  return STEEL_STEPS.filter((step) => percent >= step).length;
}

export interface HeatGrid {
  /** Start of each column, ascending. */
  ts: readonly number[];
  /** Width of a column in the unit of `ts`. */
  step: number;
  /** One row of values per thing (core), top to bottom. */
  rows: readonly (readonly (number | null)[])[];
  thresholds: HeatThresholds;
}

export interface HeatFrame {
  /** From time to pixels. */
  x(time: number): number;
  /** Pixels of the plot area. */
  top: number;
  height: number;
  /** Cells end where the plot area does. */
  left: number;
  right: number;
}

/** `d` per level; neighbours of one level in a row become one rectangle, and missing cells none. */
export function heatPaths(grid: HeatGrid, frame: HeatFrame): string[] {
  const paths = HEAT_LEVELS.map(() => "");
  const pitch = frame.height / Math.max(1, grid.rows.length);
  const gap = grid.rows.length > 40 ? 0 : Math.min(2, frame.height * 0.009);
  grid.rows.forEach((row, index) => {
    const y = round(frame.top + index * pitch);
    const height = round(pitch - gap);
    for (const { level, from, to } of bars(row, grid)) {
      const left = Math.max(frame.left, frame.x(from));
      const right = Math.min(frame.right, frame.x(to));
      if (right > left) paths[level] += `M${round(left)},${y}h${round(right - left)}v${height}h${round(left - right)}z`;
    }
  });
  return paths;
}

/** Gaps as they show between cells: a cell lasts until the next one, so its gap begins at its end. */
export const gapsBetweenCells = ({ gaps, from, resolutionSeconds }: Gaps): Interval[] =>
  gaps.map((gap) => (gap.from > from ? { ...gap, from: Math.min(gap.to, gap.from + resolutionSeconds) } : gap));

interface Gaps {
  gaps: readonly Interval[];
  from: number;
  resolutionSeconds: number;
}

function bars(row: readonly (number | null)[], { ts, step, thresholds }: HeatGrid) {
  const found: { level: number; from: number; to: number }[] = [];
  row.forEach((value, index) => {
    const level = heatLevel(value, thresholds);
    const from = ts[index];
    if (level === null || from === undefined) return;
    const last = found.at(-1);
    if (last && last.level === level && last.to >= from) last.to = from + step;
    else found.push({ level, from, to: from + step });
  });
  return found;
}

const round = (pixels: number): number => Math.round(pixels * 10) / 10;
