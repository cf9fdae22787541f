import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from "react";
import { useBoard } from "./board";
import { type TimeSpan, timeOf } from "./frame";
import type { Parts } from "./paint";

interface Plot {
  id: string;
  parts: Parts;
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

/** Less is a click. */
const LEAST_DRAG = 6;
const PAGE = 10;

/** Moves the page's cursor by pointer and arrow keys, and zooms by dragging over a stretch of time. */
export function usePlotPointer(plot: Plot) {
  const { cursor, zoom } = useBoard();
  const latest = useRef(plot);
  latest.current = plot;
  const selection = useRef<HTMLDivElement>(null);
  const handlers = useMemo(() => {
    let start: number | null = null;
    const pixel = (event: PointerEvent<HTMLElement>) =>
      event.clientX - event.currentTarget.getBoundingClientRect().left;
    const timeAt = (x: number) => {
      const { parts, span } = latest.current;
      return parts.area ? timeOf(x, span(), parts.area) : null;
    };
    const select = (from: number | null, to: number) => {
      const { area } = latest.current.parts;
      const box = selection.current;
      if (!box || !area) return;
      box.hidden = from === null || Math.abs(to - from) < LEAST_DRAG;
      if (from === null) return;
      const [left, right] = [Math.max(area.x, Math.min(from, to)), Math.min(area.x + area.width, Math.max(from, to))];
      Object.assign(box.style, { left: `${left}px`, width: `${Math.max(0, right - left)}px` });
    };
    const end = (event: PointerEvent<HTMLElement>) => {
      const x = pixel(event);
      const [from, to] = [start === null ? null : timeAt(start), timeAt(x)];
      const dragged = start !== null && Math.abs(x - start) >= LEAST_DRAG;
      start = null;
      select(null, 0);
      if (dragged && from !== null && to !== null) zoom(Math.min(from, to), Math.max(from, to));
    };
    return {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (event.pointerType !== "mouse" || event.button !== 0) return;
        start = pixel(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        const x = pixel(event);
        select(start, x);
        const { id, snap, onPoint } = latest.current;
        onPoint?.(event.clientY - event.currentTarget.getBoundingClientRect().top);
        const time = timeAt(x);
        const snapped = time === null ? null : snap(time);
        if (snapped !== null) cursor.set({ time: snapped, chart: id });
      },
      onPointerUp: end,
      onPointerLeave: () => cursor.leave(latest.current.id),
      onPointerCancel() {
        start = null;
        select(null, 0);
        cursor.leave(latest.current.id);
      },
      onBlur: () => cursor.leave(latest.current.id),
      onKeyDown(event: KeyboardEvent<HTMLElement>) {
        const { id, span, snap, step, onKeyboard } = latest.current;
        if (event.key === "Escape") return cursor.set(null);
        const target = destination(event, cursor.state?.time ?? span().to, { ...span(), step: step() });
        const time = target === null ? null : snap(target);
        if (time === null) return;
        event.preventDefault();
        cursor.set({ time, chart: id });
        onKeyboard(time);
      },
    };
  }, [cursor, zoom]);
  return { handlers, selection };
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
