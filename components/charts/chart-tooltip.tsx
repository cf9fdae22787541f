import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { useBoard } from "./board";
import { type TimeSpan, xOf } from "./frame";
import { EarlierSwatch } from "./legend";
import { type ChartMark, MARK_COLORS, marksAbout } from "./marks";
import { type Parts, placeTooltip, type Viewer } from "./paint";
import { exactTime } from "./time-ticks";

export interface TooltipRow {
  key: string;
  label: string;
  value: string;
  color?: string;
  /** Set off from the rows above: a total. */
  apart?: boolean;
  /** The value of the range before. */
  before?: string;
}

/** The range laid under the shown one. */
export interface Earlier {
  /** `Day before` */
  label: string;
  /** Seconds that it begins before the shown one. */
  shiftSeconds: number;
}

interface ChartTooltipProps {
  id: string;
  parts: Parts;
  viewer: Viewer;
  span(): TimeSpan;
  rows(time: number): TooltipRow[];
  earlier?: Earlier | undefined;
  marks: readonly ChartMark[];
  /** Seconds between two values: what happened between them is told at the nearer one. */
  stepSeconds: number;
}

/** Date beside the clock from here on. */
const DAY_SECONDS = 86_400;

/** The page's one tooltip: drawn by the chart that is pointed at, left of the cursor, or right of it near the left edge. */
export function ChartTooltip({ id, parts, viewer, span, rows, earlier, ...rest }: ChartTooltipProps) {
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
      {earlier && (
        <p className="flex justify-between gap-4 border-b py-1 text-foreground-2">
          <span className="flex items-center gap-2">
            <EarlierSwatch />
            {earlier.label}
          </span>
          <span>{exactTime(time - earlier.shiftSeconds, viewer, true)}</span>
        </p>
      )}
      {rows(time).map(({ key, label, value, color, apart, before }) => (
        <p
          key={key}
          className={apart ? "mt-1 flex items-center gap-2 border-t pt-1" : "mt-0.5 flex items-center gap-2"}
        >
          <span aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: color }} />
          <span className="max-w-60 truncate text-foreground-2">{label}</span>
          <span className="ml-auto pl-4 font-medium">{value}</span>
          {before !== undefined && <span className="min-w-14 text-right text-foreground-2">{before}</span>}
        </p>
      ))}
      <Happened marks={marksAbout(rest.marks, time, rest.stepSeconds / 2)} {...{ viewer, withDate }} />
    </div>
  );
}

/** More would hide the chart; the list of the page has them all. */
const MOST_MARKS = 5;

interface HappenedProps {
  marks: readonly ChartMark[];
  viewer: Viewer;
  withDate: boolean;
}

function Happened({ marks, viewer, withDate }: HappenedProps) {
  const t = useTranslations("charts");
  if (marks.length === 0) return null;
  return (
    <ul className="mt-1.5 max-w-80 border-t pt-1">
      {marks.slice(0, MOST_MARKS).map(({ at, label, kind }) => (
        <li key={`${at} ${label}`} className="mt-0.5 flex items-baseline gap-2">
          <span aria-hidden className="size-2 shrink-0 rotate-45" style={{ background: MARK_COLORS[kind] }} />
          <span className="text-muted-foreground">{exactTime(at, viewer, withDate)}</span>
          <span className="min-w-0 break-words">{label}</span>
        </li>
      ))}
      {marks.length > MOST_MARKS && (
        <li className="mt-0.5 text-muted-foreground">{t("moreMarks", { count: marks.length - MOST_MARKS })}</li>
      )}
    </ul>
  );
}
