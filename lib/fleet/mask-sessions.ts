// Sessions for those who may not read what is in texts of queries.
import { setImmediate as pause } from "node:timers/promises";
import { maskLiterals } from "./mask-literals";
import type { LiveSession } from "./sessions-schema";

/** Texts that are masked at once: some milliseconds. */
const AT_ONCE = 50;
/** Most sessions say what they said a moment ago. */
const KEPT_MS = 15_000;

interface Known {
  at: number;
  masks: ReadonlyMap<string, string>;
}

const known = new Map<number, Known>();

function forgetOld(now: number): void {
  for (const [subject, { at }] of known) if (now - at > KEPT_MS) known.delete(subject);
}

/** The same sessions with every literal of their texts replaced. Others have their turn meanwhile. */
export async function maskSessions(subject: number, sessions: readonly LiveSession[]): Promise<LiveSession[]> {
  forgetOld(performance.now());
  const before = known.get(subject)?.masks;
  const masks = new Map<string, string>();
  let made = 0;
  for (const { query } of sessions) {
    if (query === null || masks.has(query)) continue;
    const mask = before?.get(query);
    masks.set(query, mask ?? maskLiterals(query));
    if (mask === undefined && ++made % AT_ONCE === 0) await pause();
  }
  known.set(subject, { at: performance.now(), masks });
  return sessions.map((session) => ({
    ...session,
    query: session.query === null ? null : (masks.get(session.query) ?? maskLiterals(session.query)),
  }));
}
