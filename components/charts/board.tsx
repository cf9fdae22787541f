"use client";
// What the charts of a page share: their data, one cursor, one painter per frame, the window and how to change it.
import { usePathname, useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { QueryResult } from "@/lib/metrics/schema";
import { ChartData } from "./chart-data";
import { Cursor } from "./cursor";
import type { TimeSpan } from "./frame";
import { type FrameQueue, frameQueue } from "./frame-queue";
import { type TimeWindow, windowQuery } from "./time-window";

export interface Board {
  /** By the name of the query that feeds it. */
  data: Readonly<Record<string, ChartData>>;
  cursor: Cursor;
  frames: FrameQueue;
  window: TimeWindow;
  zoom(from: number, to: number): void;
}

const BoardContext = createContext<Board | null>(null);

/** @throws outside a ChartBoard */
export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error("A chart must stand inside a ChartBoard");
  return board;
}

/** What a query found, and the time it covers. */
export interface BoardAnswer {
  result: QueryResult;
  span: TimeSpan;
}

interface ChartBoardProps {
  window: TimeWindow;
  /** First answers by query; a new object replaces what the charts show. */
  initial: Readonly<Record<string, BoardAnswer>>;
  children: ReactNode;
}

export function ChartBoard({ window, initial, children }: ChartBoardProps) {
  const [shared] = useState(() => ({
    data: Object.fromEntries(
      Object.entries(initial).map(([name, { result, span }]) => [name, new ChartData(result, span)]),
    ),
    cursor: new Cursor(),
    frames: frameQueue((run) => requestAnimationFrame(run)),
    first: initial,
  }));
  useEffect(() => {
    if (shared.first === initial) return;
    shared.cursor.set(null);
    for (const [name, { result, span }] of Object.entries(initial)) shared.data[name]?.replace(result, span);
  }, [shared, initial]);
  const router = useRouter();
  const pathname = usePathname();
  const board = useMemo<Board>(
    () => ({
      ...shared,
      window,
      zoom: (from, to) => router.push(`${pathname}?${windowQuery({ from, to })}`, { scroll: false }),
    }),
    [shared, window, router, pathname],
  );
  return (
    <BoardContext value={board}>
      <HatchPattern />
      {children}
    </BoardContext>
  );
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
