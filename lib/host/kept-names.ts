// Which commands have series of their own: those that have led once, so that a name that comes and goes leaves no holes.

/** Names of one machine; what else runs is told together. */
export const MOST_NAMES = 200;
/** A name that has not run for so long makes room. */
const FORGOTTEN_MS = 24 * 3_600_000;

/** Remembers names; a machine that makes them up gets no more than 200 in a day. */
export class KeptNames {
  /** Name → when it was running last. */
  readonly #seen = new Map<string, number>();

  /**
   * @param leading names that are to be kept, those that matter most first
   * @param running all names that run now
   * @param nowMs monotonic
   * @returns the kept names
   */
  keep(leading: readonly string[], running: Iterable<string>, nowMs: number): ReadonlySet<string> {
    for (const name of running) if (this.#seen.has(name)) this.#seen.set(name, nowMs);
    for (const name of leading) {
      if (this.#seen.has(name) || !this.#hasRoom(nowMs)) continue;
      this.#seen.set(name, nowMs);
    }
    return new Set(this.#seen.keys());
  }

  #hasRoom(nowMs: number): boolean {
    if (this.#seen.size < MOST_NAMES) return true;
    const [oldest] = [...this.#seen].sort((a, b) => a[1] - b[1]);
    if (!oldest || nowMs - oldest[1] < FORGOTTEN_MS) return false;
    return this.#seen.delete(oldest[0]);
  }
}
