// The one cursor of a page: a time that all charts show, without React rendering any of them.

export interface CursorState {
  /** Seconds since the epoch. */
  time: number;
  /** Id of the chart that is pointed at: it alone shows the tooltip. */
  chart: string;
}

export class Cursor {
  private current: CursorState | null = null;
  private readonly listeners = new Set<() => void>();

  get state(): CursorState | null {
    return this.current;
  }

  set(next: CursorState | null): void {
    if (next?.time === this.current?.time && next?.chart === this.current?.chart) return;
    this.current = next;
    for (const listener of this.listeners) listener();
  }

  /** Takes the cursor away if this chart still has it. */
  leave(chart: string): void {
    if (this.current?.chart === chart) this.set(null);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}
