// The list of a page: its first events, what comes in live, and what is loaded below. Pure.
import type { ActivityEvent, ActivityPage } from "@/lib/activity/schema";
import type { ActivityState } from "../live/activity-state";
import { merge, touches } from "../live/activity-state";
import type { ActivityQuery } from "./address";

export interface Feed {
  /** Newest first. */
  events: readonly ActivityEvent[];
  /** Cursor to older ones; null when there are none. */
  next: number | null;
}

/** As many are told at once at most: fewer are the whole feed. */
const NEWEST_EVENTS = 50;

/**
 * The list with the newest events on top. Those below its end come when older ones are loaded; where more happened than
 * the newest tell, the list begins anew with them, since a gap would look as if nothing had happened.
 */
export function withNewest(feed: Feed, { events, whole }: ActivityState): Feed {
  if (events.length === 0) return feed;
  if (whole && feed.events.length > 0 && !touches(feed.events, events)) {
    const last = events.at(-1)?.id ?? null;
    return { events, next: events.length < NEWEST_EVENTS ? null : last };
  }
  const { next } = feed;
  const within = next === null ? events : events.filter(({ id }) => id >= next);
  return { events: merge(feed.events, within), next };
}

/** The list with a page of older events below. */
export function withOlder(feed: Feed, { events, next }: Pick<ActivityPage, "events" | "next">): Feed {
  return { events: merge(feed.events, events), next };
}

/** Whether one of the events may belong to a filtered list: only its server can tell for sure. */
export function mayMatch(events: readonly ActivityEvent[], { types, severity }: ActivityQuery): boolean {
  const fits = (event: ActivityEvent) =>
    (types.length === 0 || types.includes(event.type)) && (severity === null || event.severity === severity);
  return events.some(fits);
}
