// The rectangle a chart draws in, and the way between its pixels and times.

/** Pixels of the plot area inside the chart's box. */
export interface PlotArea {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface TimeSpan {
  from: number;
  to: number;
}

/** Pixel of a time; outside the span it lies outside the area. */
export const xOf = (time: number, { from, to }: TimeSpan, { x, width }: Pick<PlotArea, "x" | "width">): number =>
  x + ((time - from) / (to - from || 1)) * width;

/** Time of a pixel, kept inside the span. */
export function timeOf(pixel: number, { from, to }: TimeSpan, { x, width }: Pick<PlotArea, "x" | "width">): number {
  const share = Math.min(1, Math.max(0, (pixel - x) / (width || 1)));
  return from + share * (to - from);
}

/** Pixel of a value on an axis. */
export const yOf = (value: number, [low, high]: readonly [number, number], { y, height }: PlotArea): number =>
  y + (1 - (value - low) / (high - low || 1)) * height;
