import { isIP } from "node:net";
import { AppError } from "../errors";
import { addressKey } from "../users/throttle";

const WINDOW_MS = 60_000;
const REQUESTS_PER_WINDOW = 600;
/** More of one kind at once are forgotten rather than kept in memory, those first who began first. */
const CALLERS_AT_MOST = 10_000;

type Callers = Map<string, { since: number; count: number }>;

const shared = globalThis as { dozorThrottle?: { users: Callers; addresses: Callers } };

/**
 * Counts a request of a caller: 600 a minute, in this process. Strangers come from any number of addresses: they make this
 * forget each other, but never a user.
 * @param caller user's id, or the address of somebody without one; an IPv6 network of 64 bits is one address
 * @throws AppError too_many_requests
 */
export function throttle(caller: string, now = Date.now()): void {
  shared.dozorThrottle ??= { users: new Map(), addresses: new Map() };
  const isAddress = isIP(caller) !== 0;
  const callers = isAddress ? shared.dozorThrottle.addresses : shared.dozorThrottle.users;
  const key = isAddress ? addressKey("http", caller) : caller;
  const seen = callers.get(key);
  if (!seen || now - seen.since >= WINDOW_MS) {
    callers.delete(key);
    for (const [oldest] of callers) {
      if (callers.size < CALLERS_AT_MOST) break;
      callers.delete(oldest);
    }
    callers.set(key, { since: now, count: 1 });
    return;
  }
  seen.count += 1;
  if (seen.count <= REQUESTS_PER_WINDOW) return;
  const retryAfterSeconds = Math.max(1, Math.ceil((seen.since + WINDOW_MS - now) / 1_000));
  throw new AppError("too_many_requests", `More than ${REQUESTS_PER_WINDOW} requests a minute; slow down.`, {
    retryAfterSeconds,
  });
}
