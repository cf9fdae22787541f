import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { AXIS_HEIGHT, keep, type Parts } from "./paint";
import type { ChartLine } from "./picture";
import type { usePlotPointer } from "./use-plot-pointer";

interface PlotBoxProps {
  /** Name of the cursor for screen readers: it is a slider over time. */
  label: string;
  height: number;
  parts: Parts;
  pointer: ReturnType<typeof usePlotPointer>;
  box: RefObject<HTMLDivElement | null>;
  /** Lines that get a point at the cursor. */
  lines?: readonly ChartLine[];
  /** Drawing, tooltip and notes. */
  children: ReactNode;
}

/** The box a plot is drawn in, with the cursor, its points and the selection above it. */
export function PlotBox({ label, height, parts, pointer, box, lines = [], children }: PlotBoxProps) {
  return (
    <div
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuenow={0}
      className="relative mt-1 -ml-2 touch-pan-y select-none outline-offset-2 [&_svg]:overflow-visible"
      style={{ height: height + AXIS_HEIGHT }}
      {...pointer.handlers}
    >
      {children}
      <div
        ref={(element) => {
          parts.cursor = element;
        }}
        hidden
        className="pointer-events-none absolute top-0 left-0 -ml-px w-px bg-[var(--chart-cursor)]"
        style={{ height }}
      />
      {lines.map(({ key, color, earlier }) => (
        <div
          key={key}
          ref={keep(parts.points, key)}
          hidden
          className="pointer-events-none absolute top-0 left-0 -mt-[5px] -ml-[5px] size-2.5 rounded-full border-[1.5px] border-card"
          style={earlier === undefined ? { background: color } : { borderColor: color, background: "var(--card)" }}
        />
      ))}
      <div
        ref={(element) => {
          parts.cursorTime = element;
        }}
        hidden
        className="pointer-events-none absolute left-0 whitespace-nowrap rounded-sm bg-[var(--chart-cursor)] px-1.5 py-px font-medium text-2xs text-card outline-4 outline-card"
        style={{ top: height + 3 }}
      />
      <div
        ref={pointer.selection}
        hidden
        className="pointer-events-none absolute top-0 border-primary-text border-x bg-primary-text/15"
        style={{ height }}
      />
    </div>
  );
}

/** Width of an element in whole pixels, 0 until it is known. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** Tells assistive technology where the cursor of a plot stands. */
export function announce(box: HTMLElement | null, at: { time: number; from: number; to: number; text: string }): void {
  box?.setAttribute("aria-valuemin", String(Math.round(at.from)));
  box?.setAttribute("aria-valuemax", String(Math.round(at.to)));
  box?.setAttribute("aria-valuenow", String(Math.round(at.time)));
  box?.setAttribute("aria-valuetext", at.text);
}
