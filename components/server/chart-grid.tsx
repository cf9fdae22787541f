import type { ReactNode } from "react";

/** Twelve columns on wide screens, two halves on middling ones, one column on phones. */
export function ChartGrid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-1 gap-2.5 md:grid-cols-2 xl:grid-cols-12">{children}</div>;
}

/** Widths on the grid. */
export const SPAN = {
  wide: "md:col-span-2 xl:col-span-7",
  narrow: "md:col-span-2 xl:col-span-5",
  half: "xl:col-span-6",
  third: "xl:col-span-4",
  twoThirds: "md:col-span-2 xl:col-span-8",
  /** The last third of a row whose halves would leave a hole. */
  lastThird: "md:col-span-2 xl:col-span-4",
  full: "md:col-span-2 xl:col-span-12",
} as const;

export const FIRST_ROW_HEIGHT = 122;
