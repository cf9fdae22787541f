// How many exports run at once: each reads as fast as its client takes, and pages must not wait for them.
import { AppError } from "../errors";
import { Turns } from "../turns";
import type { Actor } from "../users/permissions";

const MOST_PER_USER = 2;
const RETRY_AFTER_SECONDS = 10;
/** Of the ten connections of a process. */
const MOST_READING = 2;

// Pages and our server have a copy of this module each.
const shared = globalThis as { dozorExports?: Map<string, number>; dozorExportReads?: Turns };

/**
 * Counts an export of the actor as under way.
 * @returns ends it; calling that twice does nothing more
 * @throws AppError too_many_requests when the actor has two under way
 */
export function takeTurn(actor: Actor): () => void {
  shared.dozorExports ??= new Map();
  const running = shared.dozorExports;
  const caller = actor.userId ?? actor.kind;
  const count = running.get(caller) ?? 0;
  if (count >= MOST_PER_USER) {
    throw new AppError("too_many_requests", `${MOST_PER_USER} exports at once are enough; wait for one to end.`, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
  running.set(caller, count + 1);
  let over = false;
  return () => {
    if (over) return;
    over = true;
    const left = (running.get(caller) ?? 1) - 1;
    if (left > 0) running.set(caller, left);
    else running.delete(caller);
  };
}

/** Reads for an export when its turn has come: two at once in this process, whoever asked. */
export function inTurn<T>(read: () => Promise<T>): Promise<T> {
  shared.dozorExportReads ??= new Turns(MOST_READING);
  return shared.dozorExportReads.run(read);
}
