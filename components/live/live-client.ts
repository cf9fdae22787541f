// Keeps the live feed running: one socket per tab, another attempt when it fails, polling where sockets do not work.
import type { ClientMessage, ServerMessage, StreamUpdateMessage } from "@/lib/live/messages";
import { INITIAL, type LiveEvent, type LiveState, reduce, retryDelay } from "./live-state";
import { pollActivity, pollOverview, pollServer, pollStreams } from "./poll";

const CLOCK_MS = 1_000;
const SNAPSHOT_EVERY_MS = 15_000;
const POLL_OVERVIEW_MS = 30_000;
const POLL_SERVER_MS = 5_000;
/** A hidden tab shows nothing to anybody: it lets go, and comes back at once when it is looked at. */
const HIDDEN_UNTIL_PAUSE_MS = 60_000;
/** An opening that takes longer has failed. */
const OPENING_MS = 10_000;
/** A connection that is silent for so long after it became stale is dead, whatever the browser believes of it. */
const DEAD_AFTER_STALE_MS = 10_000;

/** Updates of channels that come within this time after one that was shown are shown together: there may be a thousand a second. */
const GATHER_MS = 100;
/** Followed from the beginning by every connection. */
const FIRST_TOPIC = "streams";

/** What the client needs of its surroundings. */
export interface LiveOptions {
  /** `wss://host/ws/stats` */
  address: string;
  isHidden(): boolean;
  /** The server has no sockets: values are polled from the beginning. */
  withoutSockets?: boolean;
}

export class LiveClient {
  readonly #options: LiveOptions;
  readonly #listeners = new Set<() => void>();
  /** Topic → how many components want it. */
  readonly #topics = new Map<string, number>();
  #state = INITIAL;
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #hiddenSince: number | undefined;
  #openingSince = 0;
  #gathered: StreamUpdateMessage[] = [];
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #askedAt = 0;
  #polledAt = { overview: Number.NEGATIVE_INFINITY, servers: Number.NEGATIVE_INFINITY };

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Calls `listener` after each change of the state, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins; the returned function ends it. May be begun again. */
  start(): () => void {
    this.#clock = setInterval(() => this.#tick(Date.now()), CLOCK_MS);
    this.#open();
    return () => {
      clearInterval(this.#clock);
      this.#clock = undefined;
      this.#letGo();
    };
  }

  /** Wants a topic (`server:<name>`, `stream:<id>`, `streams`, `activity`) until the returned function is called. */
  subscribe(topic: string): () => void {
    const wanted = this.#topics.get(topic) ?? 0;
    this.#topics.set(topic, wanted + 1);
    if (wanted === 0) {
      if (topic !== FIRST_TOPIC) this.#send({ type: "subscribe", topics: [topic] });
      this.#polledAt.servers = Number.NEGATIVE_INFINITY;
    }
    let ended = false;
    return () => {
      if (!ended) this.#unsubscribe(topic);
      ended = true;
    };
  }

  /** Tries again now instead of at the end of the pause; also after a refusal. */
  reconnectNow(): void {
    if (this.#clock === undefined) return;
    this.#letGo();
    this.#apply({ type: "resumed", now: Date.now() });
    this.#open();
  }

  /** The page was hidden or is seen again. */
  visibilityChanged(now = Date.now()): void {
    const away = this.#hiddenSince !== undefined && now - this.#hiddenSince > HIDDEN_UNTIL_PAUSE_MS;
    this.#hiddenSince = this.#options.isHidden() ? (this.#hiddenSince ?? now) : undefined;
    if (this.#hiddenSince === undefined && (away || !this.#socket) && !this.#state.error) this.reconnectNow();
  }

  #unsubscribe(topic: string): void {
    const wanted = (this.#topics.get(topic) ?? 1) - 1;
    if (wanted > 0) this.#topics.set(topic, wanted);
    else {
      this.#topics.delete(topic);
      if (topic !== FIRST_TOPIC) this.#send({ type: "unsubscribe", topics: [topic] });
    }
  }

  #open(): void {
    if (this.#options.withoutSockets) {
      this.#apply({ type: "socketless" });
      return;
    }
    const socket = new WebSocket(this.#options.address);
    let opened = false;
    this.#socket = socket;
    this.#openingSince = Date.now();
    socket.onopen = () => {
      opened = true;
      this.#askedAt = Date.now();
      const topics = [...this.#topics.keys()].filter((topic) => topic !== FIRST_TOPIC);
      for (let at = 0; at < topics.length; at += 20)
        this.#send({ type: "subscribe", topics: topics.slice(at, at + 20) });
    };
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#showGathered();
      this.#apply({ type: "closed", code, opened });
      this.#openLater();
    };
  }

  #openLater(): void {
    if (this.#state.error || this.#clock === undefined) return;
    this.#retry = setTimeout(() => this.#open(), retryDelay(this.#state.failures, Math.random()));
  }

  #letGo(): void {
    clearTimeout(this.#retry);
    this.#showGathered();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(1000);
  }

  // Our own server over our own origin: the envelope is as its schema says.
  #received(data: unknown): void {
    if (typeof data !== "string") return;
    const message = JSON.parse(data) as ServerMessage;
    if (message.type === "stream_update" && this.#gathering !== undefined) {
      this.#gathered.push(message.data);
      return;
    }
    this.#showGathered();
    if (message.type === "stream_update") this.#gathering = setTimeout(() => this.#showGathered(), GATHER_MS);
    this.#apply({ type: "message", message, now: Date.now() });
  }

  #showGathered(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const updates = this.#gathered;
    this.#gathered = [];
    if (updates.length > 0) this.#apply({ type: "updates", updates, now: Date.now() });
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #tick(now: number): void {
    if (this.#hiddenSince !== undefined && now - this.#hiddenSince > HIDDEN_UNTIL_PAUSE_MS) {
      this.#letGo();
      return;
    }
    this.#apply({ type: "clock", now });
    this.#giveUpDead(now);
    const { feed, error } = this.#state;
    if (feed === "live" && now - this.#askedAt > SNAPSHOT_EVERY_MS) this.#askForSnapshot(now);
    if (feed === "polling" && !error) this.#poll(now);
  }

  /** A lost network closes nothing: without this a dead socket would be waited on for minutes. */
  #giveUpDead(now: number): void {
    const { feed, staleSince } = this.#state;
    const opening = this.#socket?.readyState === WebSocket.CONNECTING;
    const tooSlow = opening && now - this.#openingSince > OPENING_MS;
    const dead = this.#socket && feed === "stale" && staleSince !== null && now - staleSince > DEAD_AFTER_STALE_MS;
    if (!tooSlow && !dead) return;
    this.#letGo();
    this.#apply({ type: "closed", code: 1006, opened: !opening });
    this.#openLater();
  }

  /** The states of servers come with snapshots only. */
  #askForSnapshot(now: number): void {
    this.#askedAt = now;
    this.#send({ type: "snapshot" });
  }

  #poll(now: number): void {
    if (now - this.#polledAt.overview >= POLL_OVERVIEW_MS) {
      this.#polledAt.overview = now;
      void this.#take(pollOverview());
    }
    if (now - this.#polledAt.servers >= POLL_SERVER_MS) {
      this.#polledAt.servers = now;
      for (const topic of this.#topics.keys()) {
        if (topic === "activity") void this.#take(pollActivity());
        if (topic === FIRST_TOPIC) void this.#take(pollStreams());
        if (topic.startsWith("server:")) void this.#take(pollServer(topic.slice("server:".length)));
      }
    }
  }

  async #take(answer: Promise<LiveEvent | null>): Promise<void> {
    const event = await answer;
    if (event && this.#state.feed === "polling") this.#apply(event);
  }

  #apply(event: LiveEvent): void {
    const before = this.#state;
    this.#state = reduce(before, event);
    if (this.#state !== before) for (const listener of this.#listeners) listener();
  }
}
