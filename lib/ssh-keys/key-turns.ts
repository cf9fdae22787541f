// Keys that people make and bring cost seconds of a processor: so many at once, and no endless queue behind them.
import { AppError } from "../errors";
import { Turns } from "../turns";

const AT_ONCE = 2;
const WAITING = 8;

// Next gives each of its module graphs a copy of this file.
const shared = globalThis as { dozorKeyTurns?: Turns };

/** @throws AppError too_many_requests, and what `work` throws */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  shared.dozorKeyTurns ??= new Turns(AT_ONCE);
  if (shared.dozorKeyTurns.waiting < WAITING) return shared.dozorKeyTurns.run(work);
  const message = "Too many keys are worked on at the moment; try again in a minute.";
  throw new AppError("too_many_requests", message, { retryAfterSeconds: 60 });
}
