// One live client: what it may still send, what it follows, and what it has missed because it reads too slowly.
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { countMessage } from "../process-metrics";
import type { Actor } from "../users/permissions";
import { topicOfRoom } from "./activity-feed";
import { createAllowance } from "./allowance";
import { type SharedFrame, shareFrame } from "./frame";
import { envelope, type Hub, type Subscriber } from "./hub";
import { type ClientMessage, clientMessageSchema, type ServerMessage } from "./messages";

/** Close codes: the WebSocket protocol's own, and ours (4401 sign in, 4403 not allowed). */
export const CLOSE = { goingAway: 1001, policy: 1008, tryLater: 1013, unauthenticated: 4401, forbidden: 4403 } as const;

/** Bytes that may wait for a client; beyond that it gets the newest state instead of a growing queue. */
const MOST_WAITING_BYTES = 256 * 1024;

/** A client that does not complete the closing handshake is cut off. */
const CLOSE_GRACE_MS = 2_000;

const TOO_MANY = "At most 20 messages a second";

export interface ConnectionOptions {
  ws: WebSocket;
  socket: Duplex;
  actor: Actor;
  hub: Hub;
  /** Called for every message that passed the checks. */
  onMessage(connection: Connection, message: ClientMessage): void;
  /** Called when it reads again, for topics of which it missed something and the hub knows no state. */
  onBehind(connection: Connection, topics: readonly string[]): void;
}

/** Wraps an opened WebSocket. Frames are written to its socket directly, so that one frame serves all clients. */
export class Connection implements Subscriber {
  readonly actor: ConnectionOptions["actor"];
  readonly topics = new Set<string>();
  /** What each `subscribe` that is not done yet still wants; an `unsubscribe` that comes behind it takes that back. */
  readonly lookingUp = new Set<Set<string>>();
  readonly #options: ConnectionOptions;
  readonly #allowance = createAllowance(performance.now());
  readonly #packs: boolean;
  /** Topic → messages that were held back since the client fell behind. */
  readonly #missed = new Map<string, number>();
  /** Settles when the socket has ended. */
  readonly ended: Promise<void>;
  #seq = 0;
  #alive = true;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.actor = options.actor;
    this.#packs = options.ws.extensions.includes("permessage-deflate");
    this.ended = new Promise((resolve) => options.ws.once("close", () => resolve()));
    options.ws.on("message", (data, isBinary) => this.#receive(data, isBinary));
    options.ws.on("ping", (data) => this.#pinged(data));
    options.ws.on("pong", () => {
      this.#alive = true;
    });
    // Errors (too large a message, broken frames, a lost peer) are followed by `close`, which is handled by the owner.
    options.ws.on("error", () => {});
    options.socket.on("drain", () => this.#catchUp());
  }

  get isOpen(): boolean {
    return this.#options.ws.readyState === this.#options.ws.OPEN;
  }

  /** Writes a topic's message, or remembers that this client is behind on the topic. Never waits. */
  deliver(topic: string, frame: SharedFrame): void {
    if (!this.isOpen) return;
    if (this.#missed.size > 0 || this.#isFull()) {
      this.#missed.set(topic, (this.#missed.get(topic) ?? 0) + frame.messages);
    } else this.#write(frame);
  }

  /** Answers this client alone; dropped while it does not read. */
  answer(type: "pong" | "error" | "lagging", data: Extract<ServerMessage, { type: typeof type }>["data"]): void {
    if (!this.isOpen || this.#isFull()) return;
    this.#seq += 1;
    this.#write(shareFrame(envelope(type, this.#seq, data), type));
  }

  /** Asks whether the client still lives; one that did not answer since the last time is cut off. */
  heartbeat(): void {
    if (this.#alive) this.#options.ws.ping();
    else this.#options.ws.terminate();
    this.#alive = false;
  }

  close(code: number, reason: string): void {
    if (this.isOpen) closeSoon(this.#options.ws, code, reason);
  }

  /** Nothing may queue up without end: not what it is told, and not what it asks for without reading it. */
  #isFull(): boolean {
    return this.#options.socket.writableLength > MOST_WAITING_BYTES;
  }

  #write(frame: SharedFrame): void {
    for (const type of frame.types) countMessage("sent", type);
    this.#options.socket.write(this.#packs ? frame.packed() : frame.plain);
  }

  #catchUp(): void {
    if (this.#missed.size === 0) return;
    const missed = [...this.#missed].filter(([topic]) => this.topics.has(topic) || topic === "snapshot");
    this.#missed.clear();
    const behind: string[] = [];
    for (const [topic, held] of missed) {
      const newest = this.#options.hub.newest(topic);
      const dropped = newest ? held - 1 : held;
      if (dropped > 0) this.answer("lagging", { topic: topicOfRoom(topic), dropped });
      if (newest) this.deliver(topic, newest);
      else behind.push(topic);
    }
    if (behind.length > 0) this.#options.onBehind(this, behind);
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.isOpen) return;
    const allowed = this.#allowance.take(performance.now());
    const message = allowed && !isBinary ? parseMessage(data) : null;
    countMessage("received", message?.type ?? "refused");
    if (message) this.#options.onMessage(this, message);
    else if (allowed)
      this.#refuse("bad_request", "This message is not understood; see the API page for what may be sent");
    else this.#refuse("too_many_requests", TOO_MANY);
  }

  #pinged(data: Buffer): void {
    if (!this.isOpen) return;
    if (!this.#allowance.take(performance.now())) this.#refuse("too_many_requests", TOO_MANY);
    else if (!this.#isFull()) this.#options.ws.pong(data);
  }

  #refuse(code: string, message: string): void {
    this.answer("error", { code, message });
    if (this.#allowance.strike(performance.now())) this.close(CLOSE.policy, "too many refused messages");
  }
}

/** Closes a WebSocket with a code and makes sure that it ends. */
export function closeSoon(ws: WebSocket, code: number, reason: string): void {
  ws.on("error", () => {});
  ws.close(code, reason);
  setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
}

function parseMessage(data: RawData): ClientMessage | null {
  try {
    const parsed = clientMessageSchema.safeParse(JSON.parse(data.toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
