// Brings what happened to those who follow the feed: notified by the database, read once for all of this instance.
import { setTimeout as sleep } from "node:timers/promises";
import { publicForm, readEvents, seesEmails } from "../activity/queries";
import { type ActivityEvent, NEWEST_EVENTS } from "../activity/schema";
import { listen } from "../db";
import { log } from "../log";
import { type Actor, systemActor } from "../users/permissions";
import type { Hub } from "./hub";

/** What comes this close together is read together. */
const GATHER_MS = 50;
/** Until what could not be read is asked for again. */
const RETRY_MS = 1_000;

/** One message serves all who may see the same: administrators with e-mails, everybody else without. */
const ROOMS = { emails: "activity:emails", public: "activity" } as const;
type Room = (typeof ROOMS)[keyof typeof ROOMS];

/** Where the events are published that an actor may see. */
export const activityRoom = (actor: Actor): Room => (seesEmails(actor) ? ROOMS.emails : ROOMS.public);

/** What clients call a room: they know one topic of events. */
export const topicOfRoom = (room: string): string => (room === ROOMS.emails ? ROOMS.public : room);

export class ActivityFeed {
  readonly #hub: Hub;
  /** Events that were notified of and not yet read. Any id: what commits late comes late, but comes. */
  #ids = new Set<string>();
  /** Rooms that are owed the newest events. */
  #rooms = new Set<Room>();
  #flushing: Promise<void> | undefined;
  #listening: Promise<() => Promise<void>> | undefined;
  #closed = false;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** Owes the newest events to a room that has got its first subscriber. */
  async follow(room: Room): Promise<void> {
    // Listening first: what is written while the newest are read must not be missed.
    this.#listening ??= listen(
      "dozor_activity",
      (id) => this.#notified(id),
      () => this.#missedSome(),
    );
    await this.#listening;
    this.#rooms.add(room);
    this.#flushSoon();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const stop = await this.#listening;
    await stop?.();
    await this.#flushing;
  }

  #followed(): Room[] {
    return Object.values(ROOMS).filter((room) => this.#hub.isFollowed(room));
  }

  #notified(id: string): void {
    if (!/^\d{1,19}$/.test(id) || this.#followed().length === 0) return;
    this.#ids.add(id);
    // More than anybody is shown at once: the newest of them do.
    if (this.#ids.size > NEWEST_EVENTS) this.#missedSome();
    this.#flushSoon();
  }

  #missedSome(): void {
    this.#ids.clear();
    for (const room of this.#followed()) this.#rooms.add(room);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#closed || this.#ids.size + this.#rooms.size === 0) return;
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
      this.#flushSoon();
    });
  }

  async #flush(): Promise<void> {
    await sleep(GATHER_MS);
    const [ids, rooms] = [this.#ids, this.#rooms];
    [this.#ids, this.#rooms] = [new Set(), new Set()];
    try {
      if (rooms.size > 0) this.#publish(await readEvents(systemActor(), { newest: NEWEST_EVENTS }), true, [...rooms]);
      if (ids.size > 0) this.#publish(await readEvents(systemActor(), { ids: [...ids] }), false, this.#followed());
    } catch (error) {
      // Nobody notifies a second time. What was read twice is the same event, which clients know by its id.
      this.#ids = new Set([...this.#ids, ...ids]);
      this.#rooms = new Set([...this.#rooms, ...rooms]);
      log.warn({ err: error }, "events could not be read");
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }

  #publish(events: ActivityEvent[], newest: boolean, rooms: readonly Room[]): void {
    if (this.#closed || (events.length === 0 && !newest)) return;
    for (const room of rooms) {
      // What is told to nobody would be kept as the newest state, and not be kept up.
      if (!this.#hub.isFollowed(room)) continue;
      const shown = room === ROOMS.emails ? events : events.map(publicForm);
      this.#hub.publish(room, "activity", { events: shown, newest });
    }
  }
}
