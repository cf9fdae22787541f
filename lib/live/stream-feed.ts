// Brings what becomes of channels to those who follow them: notified by the database, read once for all of this instance.
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../db";
import { log } from "../log";
import { channelsByIds } from "../streams/queries";
import { type Channel, STREAM_UPDATES, type StreamUpdate } from "../streams/schema";
import { systemActor } from "../users/permissions";
import type { SharedFrame } from "./frame";
import type { Hub, Told } from "./hub";
import type { StreamUpdateMessage } from "./messages";
import { type NoticeRow, newestNoticeIds, readChannelNames, readNotices } from "./stream-rows";

const CHANGED = "dozor_stream";
const NOTICED = "dozor_stream_notice";
/** What comes this close together is read together. */
const GATHER_MS = 50;
/** Until what could not be read is asked for again. */
const RETRY_MS = 1_000;
/** How long what was told is kept for those who wait for a snapshot, which was begun before it. */
const RECENT_MS = 5_000;
/** How long a notice is known as told. */
const TOLD_MS = 120_000;

/** The greatest `integer` of PostgreSQL. */
const MOST_ID = 2 ** 31 - 1;

/** The topic of all channels. */
export const STREAMS_TOPIC = "streams";
/** The topic of one channel, by what its source calls it. */
export const streamTopic = (channelId: string): string => `stream:${channelId}`;

type Updates = Map<number, Set<StreamUpdate>>;

export class StreamFeed {
  readonly #hub: Hub;
  /** Internal id → what its source calls it: a removed channel is known by its number only. */
  readonly #names = new Map<number, string>();
  /** Internal ids of channels whose own topic is owed their state. */
  #owed = new Set<number>();
  #updates: Updates = new Map();
  #notices = new Set<string>();
  /** Notices that were told, by the time; a listener that reconnects asks for the last minute again. */
  readonly #told = new Map<string, number>();
  #recent: { at: number; frame: SharedFrame }[] = [];
  #flushing: Promise<void> | undefined;
  #listening: Promise<() => Promise<void>> | undefined;
  #closed = false;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** Begins to hear of changes. Whoever reads channels afterwards misses nothing. */
  async start(): Promise<void> {
    this.#listening ??= this.#listen();
    await this.#listening;
  }

  /** Owes the state of channels, by internal id, to those who follow them one by one. */
  async follow(channels: ReadonlyMap<string, number>): Promise<void> {
    await this.start();
    for (const [channelId, id] of channels) {
      this.#names.set(id, channelId);
      this.#owed.add(id);
    }
    this.#flushSoon();
  }

  /** What was told to all since a time of `performance.now()`, in its order; at most 5 s of it. */
  since(at: number): SharedFrame[] {
    return this.#recent.filter((told) => told.at >= at).map(({ frame }) => frame);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const stop = await this.#listening;
    await stop?.();
    await this.#flushing;
  }

  async #listen(): Promise<() => Promise<void>> {
    const stop = await listen(
      [CHANGED, NOTICED],
      (payload, channel) => (channel === CHANGED ? this.#changed(payload) : this.#noticed(payload)),
      () => void this.#missedSome(),
    );
    await this.#learnNames().catch(logFailure);
    return stop;
  }

  async #learnNames(): Promise<void> {
    for (const [id, channelId] of await readChannelNames()) this.#names.set(id, channelId);
  }

  #changed(payload: string): void {
    const [, id, update] = /^(\d{1,10}):(\w+)$/.exec(payload) ?? [];
    const known = STREAM_UPDATES.find((one) => one === update);
    if (id === undefined || known === undefined || Number(id) > MOST_ID) return;
    const updates = this.#updates.get(Number(id)) ?? new Set();
    this.#updates.set(Number(id), updates.add(known));
    this.#flushSoon();
  }

  #noticed(id: string): void {
    if (!/^\d{1,18}$/.test(id) || this.#told.has(id)) return;
    this.#notices.add(id);
    this.#flushSoon();
  }

  /** Nobody notifies a second time: every channel may have changed, and any notice of the last minute is possibly new. */
  async #missedSome(): Promise<void> {
    const known = new Set(this.#names.keys());
    try {
      const [names, notices] = await Promise.all([readChannelNames(), newestNoticeIds()]);
      for (const [id, name] of names) this.#names.set(id, name);
      for (const id of new Set([...names.keys(), ...known]))
        this.#changed(`${id}:${names.has(id) ? "changed" : "removed"}`);
      for (const id of notices) this.#noticed(id);
    } catch (error) {
      logFailure(error);
      await sleep(RETRY_MS, undefined, { ref: false });
      if (!this.#closed) await this.#missedSome();
    }
  }

  #flushSoon(): void {
    if (this.#closed || this.#updates.size + this.#notices.size + this.#owed.size === 0) return;
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
      this.#flushSoon();
    });
  }

  async #flush(): Promise<void> {
    await sleep(GATHER_MS);
    const [updates, notices, owed] = [this.#updates, this.#notices, this.#owed];
    [this.#updates, this.#notices, this.#owed] = [new Map(), new Set(), new Set()];
    try {
      const ids = [...new Set([...updates.keys(), ...owed])];
      const [channels, rows] = await Promise.all([
        ids.length > 0 ? channelsByIds(systemActor(), ids) : new Map<number, Channel>(),
        notices.size > 0 ? readNotices([...notices]) : [],
      ]);
      if (!this.#closed) this.#tell({ updates, owed, channels, rows });
    } catch (error) {
      for (const [id, kinds] of this.#updates) updates.set(id, new Set([...(updates.get(id) ?? []), ...kinds]));
      this.#updates = updates;
      this.#notices = new Set([...notices, ...this.#notices]);
      this.#owed = new Set([...owed, ...this.#owed]);
      logFailure(error);
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }

  #tell({ updates, owed, channels, rows }: Read): void {
    const all: Told[] = [];
    const single = new Map<string, Told[]>();
    const add = (channelId: string, told: Told, toAll: boolean) => {
      if (toAll) all.push(told);
      const topic = streamTopic(channelId);
      if (this.#hub.isFollowed(topic)) single.set(topic, [...(single.get(topic) ?? []), told]);
    };
    for (const id of new Set([...updates.keys(), ...owed])) {
      const channel = channels.get(id) ?? null;
      const channelId = channel?.channel_id ?? this.#names.get(id);
      if (channelId === undefined) continue;
      const before = this.#names.get(id);
      // Nobody knows that the new name is the old channel.
      if (before !== undefined && before !== channelId)
        add(before, { type: "stream_update", data: updateOf(before, "removed", null) }, true);
      if (channel) this.#names.set(id, channelId);
      else this.#names.delete(id);
      for (const event of eventsOf(updates.get(id), channel))
        add(channelId, { type: "stream_update", data: updateOf(channelId, event, channel) }, updates.has(id));
    }
    for (const { id, notice } of rows) {
      if (this.#told.has(id)) continue;
      this.#told.set(id, performance.now());
      add(notice.data.channel_id, notice, true);
    }
    for (const [topic, told] of single) this.#hub.tell(topic, told);
    this.#remember(all.length > 0 ? this.#hub.tell(STREAMS_TOPIC, all) : null);
  }

  #remember(frame: SharedFrame | null): void {
    const now = performance.now();
    this.#recent = this.#recent.filter(({ at }) => at > now - RECENT_MS);
    if (frame) this.#recent.push({ at: now, frame });
    for (const [id, at] of this.#told) {
      if (at > now - TOLD_MS) break;
      this.#told.delete(id);
    }
  }
}

interface Read {
  updates: Updates;
  owed: ReadonlySet<number>;
  channels: ReadonlyMap<number, Channel>;
  rows: readonly NoticeRow[];
}

/**
 * In the order of what has happened most likely: a turn that the channel has left behind came before the one that its status
 * shows. One that is gone is told as removed, whatever happened before.
 */
function eventsOf(updates: ReadonlySet<StreamUpdate> | undefined, channel: Channel | null): StreamUpdate[] {
  if (!channel) return ["removed"];
  const told = STREAM_UPDATES.filter((update) => update !== "removed" && updates?.has(update));
  const isPast = (update: StreamUpdate) => Number(LEADS_TO[update]?.includes(channel.status) === false);
  return told.length > 0 ? told.sort((one, other) => isPast(other) - isPast(one)) : ["changed"];
}

const LEADS_TO: Partial<Record<StreamUpdate, readonly Channel["status"][]>> = {
  started: ["playing", "placeholder"],
  resumed: ["playing"],
  paused: ["paused"],
  stopped: ["stopped"],
};

function updateOf(channelId: string, event: StreamUpdate, channel: Channel | null): StreamUpdateMessage {
  return {
    channel_id: channelId,
    event,
    current_track: channel?.current_track ?? null,
    listeners: channel?.listeners ?? null,
    status: channel?.status ?? "stopped",
    channel,
  };
}

function logFailure(error: unknown): void {
  log.warn({ err: error }, "channels could not be read");
}
