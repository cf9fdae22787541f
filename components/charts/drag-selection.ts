// A stretch of time being marked by dragging, as a box over the plot.
import type { PlotArea } from "./frame";

/** Less is a click. */
const LEAST_DRAG = 6;

export class DragSelection {
  private start: number | null = null;

  begin(x: number): void {
    this.start = x;
  }

  /** Shows what is marked up to here. Pixels of the plot's box. */
  show(box: HTMLElement | null, area: PlotArea | null, x: number): void {
    if (!box || !area) return;
    box.hidden = !this.isDrag(x);
    if (this.start === null) return;
    const left = Math.max(area.x, Math.min(this.start, x));
    const right = Math.min(area.x + area.width, Math.max(this.start, x));
    Object.assign(box.style, { left: `${left}px`, width: `${Math.max(0, right - left)}px` });
  }

  /** Ends it; gives both pixels, ascending, or null for a mere click. */
  end(box: HTMLElement | null, x: number): [number, number] | null {
    const { start } = this;
    const dragged = this.isDrag(x);
    this.start = null;
    if (box) box.hidden = true;
    return start === null || !dragged ? null : [Math.min(start, x), Math.max(start, x)];
  }

  private isDrag(x: number): boolean {
    return this.start !== null && Math.abs(x - this.start) >= LEAST_DRAG;
  }
}
