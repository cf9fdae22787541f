// Long work in small pieces, so that everything else in this process, and on this machine, gets its turn.
import { setTimeout as rest } from "node:timers/promises";

/** Work goes on for this long at once: a tick that is due meanwhile is late by no more. */
const SLICE_MS = 5;
/** Longer rests gain nothing: then it was the database that took its time. */
const MOST_REST_MS = 40;

/**
 * Gives the function to call between two pieces of work: it rests for as long as was worked, once that is worth it.
 * @param signal ends the work: the function then rejects
 */
export function createPace(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    signal?.throwIfAborted();
    const worked = performance.now() - since;
    if (worked < SLICE_MS) return;
    await rest(Math.min(worked, MOST_REST_MS), undefined, { signal });
    since = performance.now();
  };
}
