// One channel while events are applied to it: its row, what plays, and everything that is to be written and told. Pure.
import type { StreamEvent } from "./events-schema";
import { addShares, type DayShares, dayOf, NO_SHARE, reckon, type Share } from "./reckon";
import type { ChannelRow } from "./rows";
import { isOnAir, type StreamUpdate, type Track } from "./schema";
import { applyEvent, concernsTimer, fallSilent, type Note, type Step, type Times } from "./state";

/** A track that plays or has played. */
export interface PlayWork {
  /** Null for one that began just now. */
  id: number | null;
  track: Track;
  startedAt: Date;
  endedAt: Date | null;
  /** What is to be added to it. */
  share: Share;
}

/** What one event changed that a timer looks at. */
interface ChannelChange {
  before: ChannelRow | null;
  after: ChannelRow;
  restarted: boolean;
}

export interface StoredEvent {
  event: StreamEvent;
  at: Date;
}

export class ChannelWork {
  readonly days: DayShares = new Map();
  readonly updates = new Set<StreamUpdate>();
  readonly notes: Note[] = [];
  /** Each by itself, in their order: a listener who came and went at once was there. */
  readonly changes: ChannelChange[] = [];
  readonly events: StoredEvent[] = [];
  readonly plays: PlayWork[];
  #row: ChannelRow;
  #isNew: boolean;

  /** @param running the play that has no end yet */
  constructor(row: ChannelRow, { isNew, running }: { isNew: boolean; running: PlayWork | null }) {
    this.#row = row;
    this.#isNew = isNew;
    this.plays = running ? [running] : [];
    if (isNew) this.updates.add("changed");
  }

  get row(): ChannelRow {
    return this.#row;
  }

  /** A channel belongs to the source that told of it last. */
  own(sourceId: number | null): void {
    if (this.#row.sourceId !== sourceId) this.#row = { ...this.#row, sourceId };
  }

  /** Applies an event that was not heard before. */
  apply(event: StreamEvent, times: Times): void {
    this.advance(times.at);
    const before = this.#row;
    this.#take(applyEvent(before, event, times), times.at);
    if (event.event === "listeners") this.#count(event, times.at);
    if (isKept(event, before)) this.events.push({ event, at: times.at });
  }

  /** Something was heard that is known already: the source lives. */
  hear(times: Times): void {
    this.advance(times.now);
    this.#take(applyEvent(this.#row, { event: "heartbeat" }, times), times.at);
  }

  /** Marks it as not known any more. */
  silence(now: Date): void {
    this.advance(now);
    this.#take(fallSilent(this.#row), now);
  }

  /** Reckons what is certain: of what was since the channel was heard last, its source may have yet to tell. */
  pass(now: Date): void {
    const { status, heardAt } = this.#row;
    this.advance(status === "stopped" || now < heardAt ? now : heardAt);
  }

  /** Reckons what was until then; never back. */
  advance(to: Date): void {
    if (to <= this.#row.reckonedAt) return;
    const shares = reckon(this.#row, to);
    for (const [day, share] of shares) this.#add(day, share);
    const play = this.#running();
    if (play && this.#row.status === "playing") {
      for (const share of shares.values()) play.share = addShares(play.share, share);
    }
    this.#row = { ...this.#row, reckonedAt: to };
  }

  #take(step: Step, at: Date): void {
    const before = this.#isNew ? null : this.#row;
    if (concernsTimer(before, step)) this.changes.push({ before, after: step.row, restarted: step.restarted });
    for (const update of step.updates) this.updates.add(update);
    this.notes.push(...step.notes);
    this.#row = step.row;
    this.#isNew = false;
    if (step.trackEnded) this.#turnTrack(at);
  }

  /** Many listeners count even where they stay for a moment only. */
  #count({ count, peak = 0 }: { count: number; peak?: number }, at: Date): void {
    const { status, startedAt, listeners } = this.#row;
    if (!isOnAir(status) || listeners !== count) return;
    const day = dayOf(at.getTime());
    // The source's own peak is of the whole run, which may have begun before this day.
    const most = startedAt && startedAt.getTime() >= day ? Math.max(count, peak) : count;
    this.#add(day, { ...NO_SHARE, peak: most });
    const play = this.#running();
    if (play && status === "playing") play.share = addShares(play.share, { ...NO_SHARE, peak: count });
  }

  #turnTrack(at: Date): void {
    const last = this.#running();
    if (last) last.endedAt = at > last.startedAt ? at : last.startedAt;
    const { track, status, listeners } = this.#row;
    const share = { ...NO_SHARE, peak: status === "playing" ? listeners : null };
    if (track) this.plays.push({ id: null, track, startedAt: at, endedAt: null, share });
  }

  #running(): PlayWork | undefined {
    const last = this.plays.at(-1);
    return last?.endedAt === null ? last : undefined;
  }

  #add(day: number, share: Share): void {
    this.days.set(day, addShares(this.days.get(day) ?? NO_SHARE, share));
  }
}

/** What only says how things are now, again and again, is not kept; counts are where they changed, and what has an id as known by it. */
function isKept(event: StreamEvent, before: ChannelRow): boolean {
  if (event.event === "heartbeat" || event.event === "format") return false;
  if (event.event === "position") return event.event_id !== undefined;
  if (event.event === "listeners") return event.event_id !== undefined || before.listeners !== event.count;
  if (event.event === "queue") return event.event_id !== undefined || before.queueSize !== event.size;
  return true;
}
