import { useLocale } from "next-intl";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTimeZone } from "../clock";
import { useBoard } from "./board";
import type { ChartData } from "./chart-data";
import { type FrameState, frameState } from "./frame-state";
import type { ChartMark } from "./marks";
import { newParts, paintCursorLine, paintMarks, paintPoints, paintSeries, paintTimeLabels } from "./paint";
import { type ChartKind, type ChartLine, type Picture, picture } from "./picture";
import { legendTexts } from "./readings";
import { exactTime } from "./time-ticks";
import type { ChartUnit } from "./unit-scale";
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
  marks: readonly ChartMark[];
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
    for (const [key, text] of legendTexts(seen, time, { unit, locale })) {
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
    paintMarks(parts, plot.marks, seen);
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

  return { parts, frame, repaint, viewer: { locale, timeZone }, picture: () => shown.current ?? look() };
}

export type PaintedPlot = ReturnType<typeof useSeriesPlot>;
