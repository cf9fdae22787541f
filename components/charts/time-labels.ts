// Which labels stand under a chart, and where: both ends flush, round times between them, none touching another.
import { type TimeSpan, xOf } from "./frame";
import { endLabels, timeTicks } from "./time-ticks";

export interface TimeLabel {
  text: string;
  x: number;
  anchor: "start" | "middle" | "end";
}

interface Axis extends TimeSpan {
  timeZone: string;
  locale: string;
  /** Pixels of the plot area. */
  x: number;
  width: number;
}

/** Widest common character of the axis font at 11 px, and the least space between two labels. */
const CHARACTER = 6.2;
const SPACE = 14;

export function timeLabels(axis: Axis): TimeLabel[] {
  const [first, last] = endLabels(axis);
  const end = axis.x + axis.width;
  const labels: TimeLabel[] = [{ text: first, x: axis.x, anchor: "start" }];
  let taken = axis.x + first.length * CHARACTER + SPACE;
  const limit = end - last.length * CHARACTER - SPACE;
  for (const { time, label } of timeTicks(axis, Math.max(2, Math.floor(axis.width / 95)))) {
    const x = xOf(time, axis, axis);
    const half = (label.length * CHARACTER) / 2;
    if (x - half < taken || x + half > limit) continue;
    labels.push({ text: label, x, anchor: "middle" });
    taken = x + half + SPACE;
  }
  if (taken - SPACE < limit + SPACE) labels.push({ text: last, x: end, anchor: "end" });
  return labels;
}
