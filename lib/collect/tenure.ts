// Whether this instance may go on asking, by the monotonic clock: its leases hold, or our database is away and nobody could
// have taken them.
import { performance } from "node:perf_hooks";
import { LEASE_SECONDS } from "./lease";

/** Beats come every second; after a longer silence this process was suspended, and what it knew holds no longer. */
const GAP_MS = 5_000;
/** So many failures in a row: it is the database, and not a connection that died while this process was suspended. */
const ENOUGH_FAILURES = 3;
/** An attempt that takes longer meets a database that is silent. */
const SILENT_MS = 5_000;

/** @param now monotonic milliseconds */
export function createTenure(now = () => performance.now()) {
  let claimedAt = Number.NEGATIVE_INFINITY;
  let beatAt = now();
  let triedAt: number | undefined;
  let failures = 0;

  return {
    /** Call it every second. */
    beat(): void {
      if (now() - beatAt > GAP_MS) {
        failures = 0;
        triedAt = undefined;
      }
      beatAt = now();
    },
    /**
     * An attempt to renew leases; what it gives is in force when `work` is done.
     * @param work gives when leases were asked for last: by the database's clock they began then, or later
     * @throws what `work` throws
     */
    async renew(work: () => Promise<number>): Promise<void> {
      const at = now();
      triedAt = at;
      try {
        claimedAt = await work();
        failures = 0;
      } catch (error) {
        failures += 1;
        throw error;
      } finally {
        if (triedAt === at) triedAt = undefined;
      }
    },
    holds(): boolean {
      if (now() - claimedAt < LEASE_SECONDS * 1000) return true;
      if (now() - beatAt > GAP_MS) return false;
      return failures >= ENOUGH_FAILURES || (triedAt !== undefined && now() - triedAt > SILENT_MS);
    },
  };
}
