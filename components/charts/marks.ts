// Moments worth a mark on the time axis: events of a server, changes of a track. Pure.
import { type PlotArea, type TimeSpan, xOf } from "./frame";

/** How serious it is; each has a colour of its own. */
export const MARK_KINDS = ["plain", "good", "warning", "critical"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

export interface ChartMark {
  /** Seconds since the epoch. */
  at: number;
  /** What happened, in the viewer's language. */
  label: string;
  kind: MarkKind;
}

export const NO_MARKS: readonly ChartMark[] = [];

export const MARK_COLORS: Readonly<Record<MarkKind, string>> = {
  plain: "var(--idle-solid)",
  good: "var(--ok-solid)",
  warning: "var(--warn-solid)",
  critical: "var(--crit-solid)",
};

/** Half the width and the height of the flag that stands on the axis. */
const FLAG = 4;

/** `d` per kind: a thin line through the plot with a flag under the axis; one for all marks of a kind that share a pixel. */
export function markPaths(marks: readonly ChartMark[], span: TimeSpan, area: PlotArea): Record<MarkKind, string> {
  const bottom = area.y + area.height;
  const paths = { plain: "", good: "", warning: "", critical: "" };
  const drawn = new Set<string>();
  for (const { at, kind } of within(marks, span)) {
    const x = Math.round(xOf(at, span, area)) + 0.5;
    if (drawn.has(`${kind}${x}`)) continue;
    drawn.add(`${kind}${x}`);
    paths[kind] += `M${x},${area.y}V${bottom}m${-FLAG},${FLAG + 1}l${FLAG},${-FLAG}l${FLAG},${FLAG}z`;
  }
  return paths;
}

export const within = (marks: readonly ChartMark[], { from, to }: TimeSpan): ChartMark[] =>
  marks.filter(({ at }) => at >= from && at <= to);

/** The mark nearest to a time, if it is at most so many seconds away. */
export function nearestMark(marks: readonly ChartMark[], time: number, reach: number): ChartMark | null {
  const away = ({ at }: ChartMark) => Math.abs(at - time);
  const near = marks.filter((mark) => away(mark) <= reach);
  return near.length === 0 ? null : near.reduce((best, mark) => (away(mark) < away(best) ? mark : best));
}

/** What happened about a time, in the order in which it did. */
export const marksAbout = (marks: readonly ChartMark[], time: number, reach: number): ChartMark[] =>
  marks.filter(({ at }) => Math.abs(at - time) <= reach).sort((a, b) => a.at - b.at);
