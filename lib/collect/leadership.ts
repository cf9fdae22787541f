// Work that one instance does, however many run: as long as it holds a lease.
import { claim } from "./lease";

const RENEW_MS = 10_000;

/**
 * @param holder under whose name this instance takes leases; they are given back with all others
 * @param lease name of the lease
 */
export function createLeadership(holder: string, lease: string) {
  let stopped = false;
  // Not AbortSignal.any: what that hangs on a signal that lives as long as the process stays there, and turns are many.
  const running = new Set<AbortController>();
  const leads = async (): Promise<boolean> => (await claim(holder, [lease])).has(lease);

  return {
    /** Runs `work` while this instance holds the lease; the signal tells when it has lost it or stops. */
    async whileLeading(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
      if (stopped || !(await leads()) || stopped) return;
      const ending = new AbortController();
      running.add(ending);
      const renewing = setInterval(() => {
        // No answer is no loss: who cannot reach the database cannot work on it either.
        leads().then(
          (still) => still || ending.abort(),
          () => {},
        );
      }, RENEW_MS);
      try {
        await work(ending.signal);
      } catch (error) {
        if (!ending.signal.aborted) throw error;
      } finally {
        clearInterval(renewing);
        running.delete(ending);
      }
    },
    /** Ends long work at its next pause. */
    stop(): void {
      stopped = true;
      for (const ending of running) ending.abort();
    },
  };
}
