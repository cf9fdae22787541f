// How much a client may send before it is slowed down, and then sent away. Pure: the time comes in.

/** Messages a client may send each second, and at once after a quiet second. */
const MESSAGES_PER_SECOND = 20;
/** Refused messages within `STRIKE_WINDOW_MS` after which the connection is closed. */
const MOST_STRIKES = 10;
const STRIKE_WINDOW_MS = 60_000;

export interface Allowance {
  /** Takes one message at `now` (ms, monotonic); false when it is one too many. */
  take(now: number): boolean;
  /** Notes a refused message; true when the client has had enough chances. */
  strike(now: number): boolean;
}

/** The allowance of one connection that opened at `now` (ms, monotonic). */
export function createAllowance(now: number): Allowance {
  let tokens = MESSAGES_PER_SECOND;
  let filledAt = now;
  let strikes = 0;
  let windowStart = now;
  return {
    take(at) {
      tokens = Math.min(MESSAGES_PER_SECOND, tokens + ((at - filledAt) / 1000) * MESSAGES_PER_SECOND);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    strike(at) {
      if (at - windowStart > STRIKE_WINDOW_MS) {
        strikes = 0;
        windowStart = at;
      }
      strikes += 1;
      return strikes >= MOST_STRIKES;
    },
  };
}
