import { AppError } from "../errors";

const WINDOW_MS = 60_000;
const REQUESTS_PER_WINDOW = 600;
/** More callers than this at once are forgotten rather than kept in memory. */
const CALLERS_AT_MOST = 10_000;

const shared = globalThis as { dozorThrottle?: Map<string, { since: number; count: number }> };

/**
 * Counts a request of a caller: 600 a minute, in this process.
 * @param caller user's id, or the address of somebody without one
 * @throws AppError too_many_requests
 */
export function throttle(caller: string, now = Date.now()): void {
  shared.dozorThrottle ??= new Map();
  const callers = shared.dozorThrottle;
  const seen = callers.get(caller);
  if (!seen || now - seen.since >= WINDOW_MS) {
    if (callers.size >= CALLERS_AT_MOST) callers.clear();
    callers.set(caller, { since: now, count: 1 });
    return;
  }
  seen.count += 1;
  if (seen.count <= REQUESTS_PER_WINDOW) return;
  const retryAfterSeconds = Math.max(1, Math.ceil((seen.since + WINDOW_MS - now) / 1_000));
  throw new AppError("too_many_requests", `More than ${REQUESTS_PER_WINDOW} requests a minute; slow down.`, {
    retryAfterSeconds,
  });
}
