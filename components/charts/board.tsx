"use client";
// What the charts of a page share: their data, one cursor, one painter per frame, the window and how to change it.
import { usePathname, useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { QueryResult } from "@/lib/metrics/schema";
import { ChartData } from "./chart-data";
import { Cursor } from "./cursor";
import type { TimeSpan } from "./frame";
import { type FrameQueue, frameQueue } from "./frame-queue";
import { addressAt, type TimeWindow, windowQuery } from "./time-window";

export interface Board {
  /** By the name of the query that feeds it. */
  data: Readonly<Record<string, ChartData>>;
  cursor: Cursor;
  frames: FrameQueue;
  window: TimeWindow;
  /** Seconds from a step of the range before to the one it is laid under, by the query; empty where none is. */
  shifts: Readonly<Record<string, number>>;
  zoom(from: number, to: number): void;
  /** Whether what is shown stands still, although the present goes on. */
  paused: boolean;
  pause(paused: boolean): void;
}

const BoardContext = createContext<Board | null>(null);

/** @throws outside a ChartBoard */
export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error("A chart must stand inside a ChartBoard");
  return board;
}

/** Whether the page around stands still; one without charts never does. */
export const usePaused = (): boolean => useContext(BoardContext)?.paused ?? false;

/** What a query found, and the time it covers. */
export interface BoardAnswer {
  /** Where `shiftSeconds` is given, with the range before laid under (see `layBefore`). */
  result: QueryResult;
  span: TimeSpan;
  shiftSeconds?: number | null;
}

interface ChartBoardProps {
  window: TimeWindow;
  /** First answers by query; a new object replaces what the charts show. */
  initial: Readonly<Record<string, BoardAnswer>>;
  children: ReactNode;
}

export function ChartBoard({ window, initial, children }: ChartBoardProps) {
  const [shared] = useState(() => ({
    cursor: new Cursor(),
    frames: frameQueue((run) => requestAnimationFrame(run)),
    first: initial,
  }));
  const [paused, pause] = useState(false);
  const data = useDataOf(initial);
  useEffect(() => {
    if (shared.first === initial) return;
    shared.first = initial;
    for (const [name, { result, span, shiftSeconds }] of Object.entries(initial))
      data[name]?.replace(result, span, shiftSeconds);
    // A cursor that still points into the period stays where the viewer left it.
    const at = shared.cursor.state?.time;
    if (at !== undefined && (at < window.from || at > window.to)) shared.cursor.set(null);
  }, [shared, data, initial, window]);
  const router = useRouter();
  const pathname = usePathname();
  const board = useMemo<Board>(
    () => ({
      ...shared,
      data,
      window,
      paused: paused && window.period === "5m",
      pause,
      shifts: Object.fromEntries(
        Object.entries(initial).flatMap(([name, { shiftSeconds }]) => (shiftSeconds ? [[name, shiftSeconds]] : [])),
      ),
      zoom: (from, to) =>
        router.push(addressAt(pathname, location.search, windowQuery({ from, to })), { scroll: false }),
    }),
    [shared, data, window, paused, initial, router, pathname],
  );
  return (
    <BoardContext value={board}>
      <HatchPattern />
      {children}
    </BoardContext>
  );
}

/** Data by query; a query that was there before keeps its data, which charts and feeds hold on to. */
function useDataOf(initial: ChartBoardProps["initial"]): Board["data"] {
  const held = useRef<Record<string, ChartData>>({});
  const before = held.current;
  const names = Object.keys(initial);
  if (names.length !== Object.keys(before).length || names.some((name) => !before[name])) {
    held.current = Object.fromEntries(
      Object.entries(initial).map(([name, { result, span, shiftSeconds }]) => [
        name,
        before[name] ?? new ChartData(result, span, shiftSeconds),
      ]),
    );
  }
  return held.current;
}

/** Fill of gaps; referred to by every chart of the page. */
export const HATCH = "url(#chart-hatch)";

function HatchPattern() {
  return (
    <svg aria-hidden width={0} height={0} className="absolute">
      <defs>
        <pattern id="chart-hatch" width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0,0V5" stroke="var(--chart-gap)" strokeWidth={2.5} />
        </pattern>
      </defs>
    </svg>
  );
}
