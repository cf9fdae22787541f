import { useLocale } from "next-intl";
import { useCallback, useEffect, useRef, useState } from "react";
import { formatNumber } from "@/lib/format";
import { useTimeZone } from "../clock";
import { useBoard } from "./board";
import type { ChartData } from "./chart-data";
import type { TooltipRow } from "./chart-tooltip";
import { type FrameState, frameState } from "./frame-state";
import { newParts, paintCursorLine, paintPoints, paintSeries, paintTimeLabels } from "./paint";
import { type ChartKind, type ChartLine, type Picture, picture, valueAt } from "./picture";
import { exactTime } from "./time-ticks";
import type { ChartUnit, ScaledUnit } from "./unit-scale";
import { usePainting } from "./use-painting";

export interface SeriesPlot {
  id: string;
  lines: readonly ChartLine[];
  kind: ChartKind;
  unit: ChartUnit;
  /** The value axis reaches at least up to here, in the stored unit. */
  ceiling?: number | undefined;
  hidden: ReadonlySet<string>;
  /** Pixels of the plot: low ones get fewer lines. */
  height: number;
}

/** Keeps a chart's elements painted and tells React only what it must draw anew. */
export function useSeriesPlot(plot: SeriesPlot, data: ChartData, card: { readonly current: Element | null }) {
  const { cursor } = useBoard();
  const locale = useLocale();
  const timeZone = useTimeZone();
  const [parts] = useState(newParts);
  const shown = useRef<Picture | null>(null);
  const [frame, setFrame] = useState<FrameState>(() => frameState(picture(data, plot), plot));
  const frameRef = useRef(frame);

  const look = (): Picture => {
    const seen = picture(data, plot);
    shown.current = seen;
    return seen;
  };
  const paintCursor = () => {
    const seen = shown.current;
    if (!seen) return;
    const state = cursor.state;
    const time = state?.time ?? null;
    const viewer = { locale, timeZone };
    const label = state?.chart === plot.id ? exactTime(state.time, viewer, false) : null;
    const { axis, unit } = frameRef.current;
    paintCursorLine(parts, time, { from: seen.from, to: seen.to, label });
    paintPoints(parts, seen, { time, scale: { domain: axis.domain, factor: unit.factor } });
    for (const [key, text] of legendTexts(seen, { time, unit, locale })) {
      const element = parts.values.get(key);
      if (element && element.textContent !== text) element.textContent = text;
    }
  };
  const paint = () => {
    const seen = look();
    const next = frameState(seen, plot, frameRef.current);
    if (next !== frameRef.current) {
      frameRef.current = next;
      setFrame(next);
    }
    paintSeries(parts, seen, { domain: next.axis.domain, factor: next.unit.factor });
    paintTimeLabels(parts, seen, { locale, timeZone });
  };
  usePainting(card, data, { paint, paintCursor });

  const latest = useRef({ paint, paintCursor });
  latest.current = { paint, paintCursor };
  const repaint = useCallback(() => {
    latest.current.paint();
    latest.current.paintCursor();
  }, []);
  // Renders are rare, and each may have changed what the painters read.
  useEffect(repaint);

  return {
    parts,
    frame,
    repaint,
    viewer: { locale, timeZone },
    picture: () => shown.current ?? look(),
    texts: (seen: Picture, time: number | null) => legendTexts(seen, { time, unit: frame.unit, locale }),
  };
}

interface Reading {
  time: number | null;
  unit: ScaledUnit;
  locale: string;
}

/** A value as legend and tooltip show it: the head names the unit, only percent signs are repeated. */
export function shownValue(value: number | null, { unit, locale }: Omit<Reading, "time">): string {
  const text = formatNumber(value === null ? null : value * unit.factor, locale, unit.symbol === "%" ? 1 : undefined);
  return value !== null && unit.symbol === "%" ? `${text}%` : text;
}

function legendTexts(seen: Picture, { time, ...shape }: Reading): Map<string, string> {
  return new Map(seen.lines.map((line) => [line.line.key, shownValue(valueAt(seen, line, time), shape)]));
}

/** Rows of the tooltip: stacked layers from the top down, with their sum where it means something. */
export function tooltipRows(
  seen: Picture,
  time: number,
  { kind, total, ...shape }: { kind: ChartKind; total: string | null } & Omit<Reading, "time">,
): TooltipRow[] {
  const values = seen.lines.map((line) => ({ ...line.line, number: valueAt(seen, line, time) }));
  const rows: TooltipRow[] = values.map(({ key, label, color, number }) => ({
    key,
    label,
    color,
    value: shownValue(number, shape),
  }));
  if (kind === "lines") return rows;
  const known = values.map(({ number }) => number).filter((number) => number !== null);
  const sum = known.length === 0 ? null : known.reduce((all, number) => all + number, 0);
  const last = total === null ? [] : [{ key: "total", label: total, value: shownValue(sum, shape), apart: true }];
  return [...rows.reverse(), ...last];
}
