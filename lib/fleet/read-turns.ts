// How much history one person reads at once: long questions of one must not keep everybody else waiting.
import { AppError } from "../errors";
import { Turns } from "../turns";
import type { Actor } from "../users/permissions";

const MOST_PER_USER = 2;
/** More than a page of charts ever asks. */
const MOST_WAITING = 100;
const RETRY_AFTER_SECONDS = 10;

/** Who waits for an answer, until the signal says otherwise; a request is one. */
export interface Asker {
  readonly signal: AbortSignal;
}

// Pages and our server have a copy of this module each.
const shared = globalThis as { dozorReadTurns?: Map<string, Turns> };

/**
 * Reads when the actor's turn has come: two at once in this process.
 * @param asker what had to wait is not read where nobody waits for it any more when its turn comes
 * @throws AppError too_many_requests when a hundred of the actor's questions wait; what `read` throws
 */
export async function inTurnOf<T>(actor: Actor, read: () => Promise<T>, asker?: Asker): Promise<T> {
  shared.dozorReadTurns ??= new Map();
  const all = shared.dozorReadTurns;
  const caller = actor.userId ?? actor.kind;
  const turns = all.get(caller) ?? new Turns(MOST_PER_USER);
  if (turns.waiting >= MOST_WAITING) {
    throw new AppError("too_many_requests", `${MOST_WAITING} questions are waiting already; wait for their answers.`, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
  all.set(caller, turns);
  const waits = turns.isFull;
  const readIfAwaited = async () => {
    if (waits && asker?.signal.aborted) throw new AppError("unavailable", "Nobody waits for the answer any more.");
    return read();
  };
  return turns.run(readIfAwaited).finally(() => {
    if (turns.isIdle) all.delete(caller);
  });
}
