// Work that one instance does, however many run: as long as it holds a lease.
import { claim } from "./lease";

const RENEW_MS = 10_000;

/**
 * @param holder under whose name this instance takes leases; they are given back with all others
 * @param lease name of the lease
 */
export function createLeadership(holder: string, lease: string) {
  const stopped = new AbortController();
  const leads = async (): Promise<boolean> => (await claim(holder, [lease])).has(lease);

  return {
    /** Runs `work` while this instance holds the lease; the signal tells when it has lost it or stops. */
    async whileLeading(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
      if (stopped.signal.aborted || !(await leads())) return;
      const lost = new AbortController();
      const renewing = setInterval(() => {
        // No answer is no loss: who cannot reach the database cannot work on it either.
        leads().then(
          (still) => still || lost.abort(),
          () => {},
        );
      }, RENEW_MS);
      const signal = AbortSignal.any([stopped.signal, lost.signal]);
      try {
        await work(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        clearInterval(renewing);
      }
    },
    /** Ends long work at its next pause. */
    stop: (): void => stopped.abort(),
  };
}
