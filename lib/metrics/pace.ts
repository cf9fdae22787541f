// Long work in small pieces, so that everything else in this process, and on this machine, gets its turn.
import { setTimeout as rest, setImmediate as yieldOnce } from "node:timers/promises";

/** Work goes on for this long at once: a tick that is due meanwhile is late by no more. */
const SLICE_MS = 5;
/** Little work is not worth resting, which costs time of its own: others get their turns, that is enough. */
const LITTLE_MS = 200;
/** Longer rests gain nothing: then it was the database that took its time. */
const MOST_REST_MS = 40;

/**
 * Gives the function to call between two pieces of work: others get their turn every few milliseconds, and of long work
 * it rests for as long as was worked.
 * @param signal ends the work: the function then rejects
 */
export function createPace(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  let total = 0;
  return async () => {
    signal?.throwIfAborted();
    const worked = performance.now() - since;
    if (worked < SLICE_MS) return;
    total += worked;
    if (total < LITTLE_MS) await yieldOnce(undefined, { signal });
    else await rest(Math.min(worked, MOST_REST_MS), undefined, { signal });
    since = performance.now();
  };
}
