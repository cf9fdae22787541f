// Work of which only so much may run at once: the rest waits, first come, first served.

/** Nobody has to wait for more than what came before. */
export class Turns {
  private running = 0;
  private readonly queue: (() => void)[] = [];

  /** @param most works that run at once, from 1 */
  constructor(private readonly most: number) {}

  /** Works that wait. */
  get waiting(): number {
    return this.queue.length;
  }

  get isIdle(): boolean {
    return this.running === 0;
  }

  /** Whether the next one has to wait. */
  get isFull(): boolean {
    return this.running >= this.most;
  }

  /** Runs `work` when its turn has come. @throws what `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isFull) this.running += 1;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
