// What is known of a server's sessions in the browser: pure, by given times.
import type { LiveSessions } from "@/lib/fleet/sessions-schema";
import { rowsOf, type SessionRow } from "./rows";

/** `refused`: signed out, or no longer allowed; `gone`: no such server; `none`: it has no PostgreSQL. None is asked again. */
export type Failure = "failed" | "refused" | "gone" | "none";

export interface Feed {
  answer: LiveSessions | null;
  rows: readonly SessionRow[];
  /** When the server told the rows, by the browser's clock (ms); null before the first answer. */
  asked: number | null;
  /** When the newest answer came, whatever it told (ms); null before the first one. */
  answered: number | null;
  /** Why the newest question had no answer. */
  failure: Failure | null;
  /** Questions in a row that failed. */
  failures: number;
}

export const NOTHING: Feed = { answer: null, rows: [], asked: null, answered: null, failure: null, failures: 0 };

export interface Answered {
  answer: LiveSessions;
  /** The browser's clock when it came (ms). */
  now: number;
  /** The clock of Dozor when it sent it (ms); NaN where it does not say. */
  sent: number;
}

/** The header of an answer knows whole seconds, and the way takes a moment. */
const FRESH_MS = 2_000;
/** What is older than so many intervals is stale. */
const STALE_INTERVALS = 3;
const LONGEST_PAUSE_MS = 30_000;

/**
 * With another answer. One that tells something new is no older than the answer before, whatever the clocks say; how long it
 * had been lying there the clock of Dozor tells. One that tells of no sessions leaves those that show, with their number.
 */
export function withAnswer(feed: Feed, { answer, now, sent }: Answered): Feed {
  const known = { ...feed, answer, answered: now, failure: null, failures: 0 };
  if (answer.ts === null) {
    const { ts, total, sessions } = feed.answer ?? answer;
    return { ...known, answer: { ...answer, ts, total, sessions } };
  }
  if (feed.asked !== null && feed.answer?.ts === answer.ts) {
    return { ...known, rows: rowsOf(answer.sessions, feed.asked, feed.rows) };
  }
  const lay = Math.min(sent - Date.parse(answer.ts), now - (feed.answered ?? Number.NEGATIVE_INFINITY));
  const asked = lay > FRESH_MS ? now - lay : now;
  return { ...known, asked, rows: rowsOf(answer.sessions, asked, feed.rows) };
}

export const withFailure = (feed: Feed, failure: Failure): Feed => ({ ...feed, failure, failures: feed.failures + 1 });

/** How long to wait with the next question, counted from the beginning of the one before. */
export function pauseMs(every: number, failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, every * 1_000 * 2 ** Math.min(failures, 10));
}

/** When what is shown gets stale (ms), if nothing newer comes; null: never, since nothing newer is asked for. */
export function staleAt({ asked }: Pick<Feed, "asked">, every: number): number | null {
  return asked === null || every === 0 ? null : asked + STALE_INTERVALS * every * 1_000;
}
