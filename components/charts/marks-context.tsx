"use client";
import { createContext, type ReactNode, useContext } from "react";
import { type ChartMark, NO_MARKS } from "./marks";

const MarksContext = createContext<readonly ChartMark[]>(NO_MARKS);

/** Gives all charts inside the same marks. */
export function MarksProvider({ marks, children }: { marks: readonly ChartMark[]; children: ReactNode }) {
  return <MarksContext value={marks}>{children}</MarksContext>;
}

/** A chart's own marks, else those of its page. */
export function useMarks(own: readonly ChartMark[] | undefined): readonly ChartMark[] {
  const shared = useContext(MarksContext);
  return own ?? shared;
}
