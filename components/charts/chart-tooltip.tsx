import { useSyncExternalStore } from "react";
import { useBoard } from "./board";
import { type TimeSpan, xOf } from "./frame";
import { type Parts, placeTooltip, type Viewer } from "./paint";
import { exactTime } from "./time-ticks";

export interface TooltipRow {
  key: string;
  label: string;
  value: string;
  color?: string;
  /** Set off from the rows above: a total. */
  apart?: boolean;
}

interface ChartTooltipProps {
  id: string;
  parts: Parts;
  viewer: Viewer;
  span(): TimeSpan;
  rows(time: number): TooltipRow[];
}

/** Date beside the clock from here on. */
const DAY_SECONDS = 86_400;

/** The page's one tooltip: drawn by the chart that is pointed at, left of the cursor, or right of it near the left edge. */
export function ChartTooltip({ id, parts, viewer, span, rows }: ChartTooltipProps) {
  const { cursor } = useBoard();
  const time = useSyncExternalStore(
    cursor.subscribe,
    () => (cursor.state?.chart === id ? cursor.state.time : null),
    () => null,
  );
  if (time === null || !parts.area) return null;
  const { area } = parts;
  const { from, to } = span();
  const withDate = to - from >= DAY_SECONDS;
  return (
    <div
      ref={(element) => {
        parts.tooltip = element;
        placeTooltip(parts, xOf(time, { from, to }, area));
      }}
      className="pointer-events-none absolute -top-1 left-0 z-20 w-max min-w-40 rounded-md border border-border-strong bg-popover px-2.5 py-1.5 text-xs max-md:hidden"
    >
      <p className="flex justify-between gap-4 border-b pb-1.5">
        <span className="font-medium">{exactTime(time, viewer, withDate)}</span>
        <span className="text-muted-foreground">{exactTime(time, { ...viewer, timeZone: "UTC" }, false)} UTC</span>
      </p>
      {rows(time).map(({ key, label, value, color, apart }) => (
        <p
          key={key}
          className={apart ? "mt-1 flex items-center gap-2 border-t pt-1" : "mt-0.5 flex items-center gap-2"}
        >
          <span aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: color }} />
          <span className="text-foreground-2">{label}</span>
          <span className="ml-auto pl-4 font-medium">{value}</span>
        </p>
      ))}
    </div>
  );
}
