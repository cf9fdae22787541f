// How long a channel was on air and how many listened, from one event to the next. Pure.
import type { ChannelRow } from "./rows";
import { isOnAir } from "./schema";

export const DAY_MS = 86_400_000;

/** What was heard of a pushed channel holds for three heartbeats. */
export const PUSH_SILENCE_MS = 90_000;
/** Three polls at the longest interval, and the time that one may take. */
export const LONGEST_SILENCE_MS = 185_000;

/** What a stretch of time adds to a day or a play; seconds. */
export interface Share {
  watched: number;
  onAir: number;
  /** On air with known listeners. */
  known: number;
  /** Listeners times seconds. */
  listenerSeconds: number;
  peak: number | null;
}

export const NO_SHARE: Share = { watched: 0, onAir: 0, known: 0, listenerSeconds: 0, peak: null };

export const addShares = (one: Share, other: Share): Share => ({
  watched: one.watched + other.watched,
  onAir: one.onAir + other.onAir,
  known: one.known + other.known,
  listenerSeconds: one.listenerSeconds + other.listenerSeconds,
  peak: one.peak === null ? other.peak : Math.max(one.peak, other.peak ?? 0),
});

/** Shares by day, as the start of the (UTC) day in milliseconds. */
export type DayShares = Map<number, Share>;

/** The start of the UTC day. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;

/**
 * What the time from `reckonedAt` to `to` adds, by day. What was said of a channel does not hold longer than its source may
 * be silent. One that stopped stays so, but where it was not reckoned for as long nobody was here to hear that it started.
 */
export function reckon(row: ChannelRow, to: Date): DayShares {
  const shares: DayShares = new Map();
  if (row.status === "unknown") return shares;
  const end = Math.min(to.getTime(), holdsUntil(row));
  for (let from = row.reckonedAt.getTime(); from < end; ) {
    const next = Math.min(end, dayOf(from) + DAY_MS);
    shares.set(dayOf(from), shareOf(row, (next - from) / 1_000));
    from = next;
  }
  return shares;
}

function holdsUntil({ status, heardAt, reckonedAt, sourceId }: ChannelRow): number {
  if (status === "stopped") return reckonedAt.getTime() + LONGEST_SILENCE_MS;
  return heardAt.getTime() + (sourceId === null ? PUSH_SILENCE_MS : LONGEST_SILENCE_MS);
}

function shareOf({ status, listeners }: ChannelRow, seconds: number): Share {
  if (!isOnAir(status)) return { ...NO_SHARE, watched: seconds };
  if (listeners === null) return { ...NO_SHARE, watched: seconds, onAir: seconds };
  return { watched: seconds, onAir: seconds, known: seconds, listenerSeconds: listeners * seconds, peak: listeners };
}
