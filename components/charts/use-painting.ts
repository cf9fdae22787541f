import { useEffect, useRef } from "react";
import { useBoard } from "./board";
import type { ChartData } from "./chart-data";

/**
 * Paints a chart when its data or the page's cursor changed, but only while it is on the screen: data in a frame of
 * its own, the cursor at once. What happened off-screen is caught up on when it comes back.
 */
export function usePainting(
  element: { readonly current: Element | null },
  data: ChartData | undefined,
  painters: { paint(): void; paintCursor(): void },
): void {
  const { cursor, frames } = useBoard();
  const latest = useRef(painters);
  latest.current = painters;
  useEffect(() => {
    let visible = false;
    let due = true;
    const paint = () => {
      due = false;
      latest.current.paint();
      latest.current.paintCursor();
    };
    const changed = () => {
      due = true;
      if (visible) frames.add(paint);
    };
    const observer = new IntersectionObserver(([entry]) => {
      visible = entry?.isIntersecting ?? false;
      if (visible && due) frames.add(paint);
    });
    if (element.current) observer.observe(element.current);
    const stopData = data?.subscribe(changed);
    const stopCursor = cursor.subscribe(() => visible && latest.current.paintCursor());
    return () => {
      observer.disconnect();
      frames.remove(paint);
      stopData?.();
      stopCursor();
    };
  }, [element, data, cursor, frames]);
}
