import { AXIS_HEIGHT, GUTTER } from "./paint";

/** Frame of a plot in its final shape while the chart's code is on its way: nothing moves when it comes. */
export function FrameSkeleton({ height }: { height: number }) {
  return (
    <div aria-hidden className="relative" style={{ height: height + AXIS_HEIGHT, marginLeft: GUTTER }}>
      <div className="flex flex-col justify-between" style={{ height }}>
        <div className="h-px bg-[var(--chart-grid)]" />
        <div className="h-px bg-[var(--chart-grid)]" />
        <div className="h-px bg-border-strong" />
      </div>
    </div>
  );
}
