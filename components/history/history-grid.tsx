import type { ReactNode } from "react";

/** Pixels of each plot. */
export const PLOT_HEIGHT = 140;

/** Charts side by side on wide screens, among themselves on others. */
export function HistoryGrid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-1 items-start gap-2.5 xl:grid-cols-2">{children}</div>;
}
