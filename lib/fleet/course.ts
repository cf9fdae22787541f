// The course of one database, told hour by hour from the oldest to the newest: what is known of its use, and since when. Pure.
import { hourOf } from "../metrics/hour";
import type { HourPart } from "../metrics/hourly";
import type { WindowEvidence } from "./verdict";

/** History that breaks off for as many whole hours has a gap: what happened in it is not known by itself. */
const GAP_HOURS = 24;

/** What an hour, or a part of one, came to. Counters are cumulative; null where the server does not count. */
export interface Tick {
  clients: HourPart;
  sessions: HourPart | null;
  rowsWritten: HourPart | null;
}

/** Of the database that Dozor connects to: Dozor's sessions are among those that are counted. */
export interface OwnSessions {
  /** Until when (ms) it is told how many there were; what was counted later is not looked at. */
  toldUntil: number;
}

/** A window as it fills. */
interface Filling {
  from: number;
  since: number;
  /** Sessions begun in gaps: nobody knows how many there were at a time, nor, where the window begins in one, when. */
  unseen: number;
  unseenUntil: number;
  ticks: number;
  counted: number;
  n: number;
  sum: number;
  min: number;
  max: number;
  sessions: Growth;
  rowsWritten: Growth;
}

export class Course {
  first: Tick | null = null;
  last: Tick | null = null;
  /** When a client was seen, or a session counted, last; ms since the epoch. */
  lastUsedAt: number | null = null;
  private readonly fillings: Filling[];

  /** @param windows where each begins, ms since the epoch; all end with the last tick */
  constructor(
    windows: readonly number[],
    private readonly own?: OwnSessions | undefined,
  ) {
    this.fillings = windows.map((from) => ({
      ...{ from, since: Infinity, unseen: 0, unseenUntil: 0, ticks: 0, counted: 0 },
      ...{ n: 0, sum: 0, min: Infinity, max: -Infinity },
      ...{ sessions: new Growth(), rowsWritten: new Growth() },
    }));
  }

  /** Ticks come in the order of time; an hour in which a window begins comes in two. */
  add(tick: Tick): void {
    const { last } = this;
    for (const one of this.fillings) {
      if (last) bridge(one, last, tick);
      else one.since = tick.clients.firstAt;
      if (tick.clients.firstAt >= one.from) this.fill(one, tick);
    }
    if (tick.clients.max > 0 || (!this.own && rose(last, tick))) this.lastUsedAt = tick.clients.lastAt;
    this.first ??= tick;
    this.last = tick;
  }

  /** What came last before the first tick, where that was found later. */
  precededBy(earlier: Tick): void {
    const { first } = this;
    if (!first) return;
    for (const one of this.fillings) {
      // After a later gap it is known since then only, whatever came before.
      if (one.since !== first.clients.firstAt) continue;
      one.since = earlier.clients.lastAt;
      bridge(one, earlier, first);
    }
    if (!this.own && rose(earlier, first)) this.lastUsedAt ??= first.clients.firstAt;
  }

  /** @param opened sessions that Dozor opened in each window, where they are counted with the others */
  result(now: number, opened: readonly number[] = []): WindowEvidence[] {
    const isKnown = this.last !== null && !isGap(this.last.clients.lastAt, now);
    return this.fillings.map((one, at) => {
      const ours = opened[at] ?? 0;
      const since = one.unseen > ours ? Math.max(one.since, one.unseenUntil) : one.since;
      return {
        since: isKnown && one.ticks > 0 ? since : null,
        clients: one.n > 0 ? { min: one.min, max: one.max, average: one.sum / one.n } : null,
        sessions: one.sessions.total === null ? null : Math.max(0, one.sessions.total - ours),
        counted: one.ticks > 0 && one.counted === one.ticks,
        rowsWritten: one.rowsWritten.total,
      };
    });
  }

  private fill(one: Filling, { clients, sessions, rowsWritten }: Tick): void {
    one.ticks += 1;
    one.n += clients.n;
    one.sum += clients.sum;
    one.min = Math.min(one.min, clients.min);
    one.max = Math.max(one.max, clients.max);
    if (rowsWritten) one.rowsWritten.add(rowsWritten);
    if (!sessions) return;
    one.counted += 1;
    if (!this.own || sessions.lastAt <= this.own.toldUntil) one.sessions.add(sessions);
  }
}

const isGap = (before: number, after: number): boolean => hourOf(after) - hourOf(before) > GAP_HOURS;

/**
 * Takes notice of a gap. Where the counter stands where it stood, nobody came meanwhile; where there is none, or it began
 * anew, the window is known since the gap's end only, and so where more came than Dozor's own. A counter that fell within
 * the hour after the gap may have fallen in the gap.
 */
function bridge(one: Filling, before: Tick, after: Tick): void {
  const [from, until] = [before.clients.lastAt, after.clients.firstAt];
  if (!isGap(from, until) || until < one.from) return;
  const grown = before.sessions && after.sessions ? after.sessions.min - before.sessions.last : -1;
  if (grown < 0) one.since = until;
  else if (grown > 0) Object.assign(one, { unseen: one.unseen + grown, unseenUntil: Math.max(one.unseenUntil, until) });
}

/** How much a cumulative counter grew. One that fell began anew at 0. */
class Growth {
  /** At least so much: what was counted between the last sample and a reset is not known. Null before the first sample. */
  total: number | null = null;
  private last: number | null = null;

  add(part: HourPart): void {
    this.total = (this.total ?? 0) + growth(this.last, part);
    this.last = part.last;
  }
}

function growth(before: number | null, { min, max, last }: HourPart): number {
  const start = before ?? min;
  if (last === max && min >= start) return last - start;
  return last + (max > last ? Math.max(0, max - (before ?? max)) : 0);
}

/** Whether sessions began between two ticks, or within the later one. */
function rose(before: Tick | null, { sessions }: Tick): boolean {
  return sessions !== null && growth(before?.sessions?.last ?? null, sessions) > 0;
}
