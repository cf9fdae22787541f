// What the browser knows of the newest events: a list without gaps, put together by id. Pure.
import type { ActivityEvent } from "@/lib/activity/schema";
import type { Activity } from "@/lib/live/messages";

export interface ActivityState {
  /** Newest first. */
  events: readonly ActivityEvent[];
  /** Whether these are the newest of the feed without a gap between them. */
  whole: boolean;
}

export const NO_ACTIVITY: ActivityState = { events: [], whole: false };

/** What stays in memory of a page that is open for days. */
const MOST = 200;

/**
 * The state after what came. Events come late, twice, and again after an absence; where the newest do not reach down to
 * what is known, more happened meanwhile than is told at once, and what is known is no part of the list any more.
 */
export function withActivity({ events: known, whole }: ActivityState, { events, newest }: Activity): ActivityState {
  if (newest && !touches(known, events)) return { events, whole: true };
  return { events: merge(known, events).slice(0, MOST), whole: whole || newest };
}

/** Whether two lists, both without gaps, have none between them either. */
export function touches(known: readonly ActivityEvent[], newest: readonly ActivityEvent[]): boolean {
  const ids = new Set(known.map(({ id }) => id));
  return newest.some(({ id }) => ids.has(id));
}

/** All events of both, newest first; of the same one that form that shows its e-mail. */
export function merge(known: readonly ActivityEvent[], more: readonly ActivityEvent[]): ActivityEvent[] {
  const all = new Map(known.map((event) => [event.id, event]));
  for (const event of more) {
    const before = all.get(event.id);
    if (!before || (before.user_email === null && event.user_email !== null)) all.set(event.id, event);
  }
  return [...all.values()].sort((a, b) => b.id - a.id);
}
