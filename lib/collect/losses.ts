// What was lost and how long our database was away, until somebody could be told of it.

/** What survives a restart: samples lost, times of the first and the last loss (ms), and ms of outage; all not yet told. */
export interface Kept {
  lost: number;
  lostSince: number | null;
  lostUntil: number | null;
  awayMs: number;
}

export const NOTHING_LOST: Kept = { lost: 0, lostSince: null, lostUntil: null, awayMs: 0 };

/** Adds up losses. Times are for people only. */
export function createLosses(now: () => number = Date.now) {
  let untold = NOTHING_LOST;
  let total = 0;
  return {
    lose(samples: number): void {
      if (samples <= 0) return;
      total += samples;
      untold = { ...untold, lost: untold.lost + samples, lostSince: untold.lostSince ?? now(), lostUntil: now() };
    },
    /** How long the outage that is not told of has lasted. */
    away(ms: number): void {
      untold = { ...untold, awayMs: Math.round(ms) };
    },
    /** Takes over what an earlier process could not tell. */
    inherit(kept: Kept): void {
      const times = [untold.lostSince, untold.lostUntil, kept.lostSince, kept.lostUntil].filter(
        (time) => time !== null,
      );
      untold = {
        lost: untold.lost + kept.lost,
        lostSince: times.length > 0 ? Math.min(...times) : null,
        lostUntil: times.length > 0 ? Math.max(...times) : null,
        awayMs: Math.max(untold.awayMs, kept.awayMs),
      };
    },
    /** Forgets what was told now; losses that came meanwhile stay. */
    told(kept: Kept): void {
      const lost = untold.lost - kept.lost;
      untold = {
        lost,
        lostSince: lost > 0 ? kept.lostUntil : null,
        lostUntil: lost > 0 ? untold.lostUntil : null,
        awayMs: 0,
      };
    },
    untold: (): Kept => untold,
    /** Samples lost since the process started. */
    total: () => total,
  };
}

export type Losses = ReturnType<typeof createLosses>;
