import { type KeyboardEvent, type PointerEvent, type RefObject, useMemo, useRef } from "react";
import { type Board, useBoard } from "./board";
import { DragSelection } from "./drag-selection";
import { type TimeSpan, timeOf } from "./frame";
import { type ChartMark, nearestMark } from "./marks";
import type { Parts } from "./paint";

interface Plot {
  id: string;
  parts: Parts;
  marks: readonly ChartMark[];
  span(): TimeSpan;
  /** The shown value's time nearest to a time; null where nothing is shown. */
  snap(time: number): number | null;
  /** Seconds between two values. */
  step(): number;
  /** The cursor was moved by a key: say where it is. */
  onKeyboard(time: number): void;
  /** The pointer moved, in pixels of the plot. */
  onPoint?(y: number): void;
}

type Move = PointerEvent<HTMLElement>;
const PAGE = 10;
/** Pixels at each side of a mark. */
const MARK_REACH = 4;

/** Moves the page's cursor by pointer and arrow keys, and zooms by dragging over a stretch of time. */
export function usePlotPointer(plot: Plot) {
  const { cursor, zoom } = useBoard();
  const latest = useRef(plot);
  latest.current = plot;
  const selection = useRef<HTMLDivElement>(null);
  const handlers = useMemo(
    () => ({ ...pointerHandlers(latest, selection, { cursor, zoom }), onKeyDown: keyHandler(latest, cursor) }),
    [cursor, zoom],
  );
  return { handlers, selection };
}

function pointerHandlers(
  plot: RefObject<Plot>,
  selection: RefObject<HTMLElement | null>,
  { cursor, zoom }: Pick<Board, "cursor" | "zoom">,
) {
  const drag = new DragSelection();
  const timeAt = (x: number) => {
    const { parts, span } = plot.current;
    return parts.area ? timeOf(x, span(), parts.area) : null;
  };
  /** Marks hold the pointer, since in a gap no value does. */
  const markAt = (time: number) => {
    const { parts, span, marks } = plot.current;
    const { from, to } = span();
    return nearestMark(marks, time, ((to - from) / (parts.area?.width || 1)) * MARK_REACH)?.at ?? null;
  };
  const leave = () => cursor.leave(plot.current.id);
  return {
    onPointerDown(event: Move) {
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      drag.begin(pixel(event).x);
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: Move) {
      const { x, y } = pixel(event);
      const { id, parts, snap, onPoint } = plot.current;
      drag.show(selection.current, parts.area, x);
      onPoint?.(y);
      const time = timeAt(x);
      const snapped = time === null ? null : (markAt(time) ?? snap(time));
      if (snapped !== null) cursor.set({ time: snapped, chart: id });
    },
    onPointerUp(event: Move) {
      const ends = drag.end(selection.current, pixel(event).x)?.map(timeAt);
      const [from, to] = ends ?? [];
      if (typeof from === "number" && typeof to === "number" && to > from) zoom(from, to);
    },
    onPointerCancel() {
      drag.end(selection.current, 0);
      leave();
    },
    onPointerLeave: leave,
    onBlur: leave,
  };
}

function pixel({ clientX, clientY, currentTarget }: Move) {
  const { left, top } = currentTarget.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

function keyHandler(plot: RefObject<Plot>, cursor: Board["cursor"]) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const { id, span, snap, step, onKeyboard } = plot.current;
    if (event.key === "Escape") return cursor.set(null);
    const { from, to } = span();
    const target = destination(event, cursor.state?.time ?? to, { from, to, step: step() });
    const time = target === null ? null : snap(target);
    if (time === null) return;
    event.preventDefault();
    cursor.set({ time, chart: id });
    onKeyboard(time);
  };
}

/** Where a key sends the cursor, or null for keys that do not move it. */
function destination(
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
  now: number,
  { from, to, step }: TimeSpan & { step: number },
): number | null {
  const stride = step * (shiftKey ? PAGE : 1);
  const moves: Record<string, number> = {
    ArrowLeft: now - stride,
    ArrowRight: now + stride,
    PageDown: now - step * PAGE,
    PageUp: now + step * PAGE,
    Home: from,
    End: to,
  };
  return moves[key] ?? null;
}
