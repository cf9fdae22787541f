// The live sockets /ws/stats and /api/ws/metrics: let in who may, hear what they ask for, and end what no longer stands.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { env } from "../env";
import { AppError } from "../errors";
import { actorOf, bearerToken } from "../http/actor";
import { clientOf } from "../http/client";
import { isOwnOrigin } from "../http/origin";
import { log } from "../log";
import { processMetrics } from "../process-metrics";
import { settings } from "../settings/queries";
import { type Actor, requirePermission } from "../users/permissions";
import { ActivityFeed } from "./activity-feed";
import { CLOSE, Connection, closeSoon } from "./connection";
import { type LiveKind, liveKindOf, ticketOf } from "./gate";
import { bringUpToDate, handleMessage, type Rooms } from "./handle-message";
import { Hub } from "./hub";
import { METRICS_TOPIC, MetricsFeed } from "./metrics-feed";
import { type Repeated, repeat } from "./repeat";
import { SampleFeed } from "./sample-feed";
import { standing } from "./sessions";
import { StatsFeed } from "./stats-feed";
import { STREAMS_TOPIC, StreamFeed } from "./stream-feed";
import { takeTicket } from "./tickets";
import { whoGivesWay } from "./who-gives-way";

/** Largest message a client may send. */
const MAX_PAYLOAD_BYTES = 64 * 1024;
const HEARTBEAT_SECONDS = 30;
/** Revoked sessions lose their connections within 5 s: this pause and the question itself. */
const SESSION_CHECK_SECONDS = 3;
/** What a connection follows before it asks for anything; older clients never ask. */
const FIRST_TOPICS: Readonly<Record<LiveKind, readonly string[]>> = {
  feed: ["stats", STREAMS_TOPIC],
  metrics: [METRICS_TOPIC],
};

export interface LiveServer {
  /** Sends everybody away and stops; resolves when nothing of it runs any more. */
  close(): Promise<void>;
  /** Clients connected to this instance. */
  connections(): number;
}

export interface LiveOptions {
  /** Takes upgrades to other addresses (the development server's own socket); without it they are answered 404. */
  others?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** Serves the live sockets on an HTTP server. */
export function attachLive(server: Server, options: LiveOptions = {}): LiveServer {
  const live = new LiveSocket();
  server.on("upgrade", (request, socket, head) => {
    if (options.others && !liveKindOf(request.url)) return options.others(request, socket, head);
    socket.on("error", () => socket.destroy());
    live.upgrade(request, socket, head).catch((error) => {
      log.warn({ err: error }, "a live connection could not be opened");
      refuse(socket, 503);
    });
  });
  return live;
}

class LiveSocket implements LiveServer {
  readonly #rooms: Rooms;
  readonly #connections = new Set<Connection>();
  readonly #repeated: Repeated[];
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    autoPong: false,
    maxPayload: MAX_PAYLOAD_BYTES,
    // Frames are compressed once for all clients (frame.ts), which no client's own history may disturb.
    perMessageDeflate: {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      threshold: Number.MAX_SAFE_INTEGER,
    },
  });
  #opening = 0;
  #closed = false;

  constructor() {
    const hub = new Hub();
    const streams = new StreamFeed(hub);
    this.#rooms = {
      hub,
      activity: new ActivityFeed(hub),
      metrics: new MetricsFeed(hub),
      samples: new SampleFeed(hub),
      stats: new StatsFeed(hub, streams, () => this.connections()),
      streams,
    };
    this.#repeated = [
      repeat(SESSION_CHECK_SECONDS, () => this.#endFallenSessions()),
      repeat(HEARTBEAT_SECONDS, async () => {
        for (const connection of this.#connections) connection.heartbeat();
      }),
    ];
  }

  connections(): number {
    return this.#connections.size;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const repeated of this.#repeated) repeated.stop();
    const leaving = [...this.#connections];
    for (const connection of leaving) connection.close(CLOSE.goingAway, "the server stops");
    const { activity, metrics, samples, stats, streams } = this.#rooms;
    for (const feed of [stats, metrics]) feed.close();
    await Promise.all([activity.close(), samples.close(), streams.close(), ...leaving.map(({ ended }) => ended)]);
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const headers = headersOf(request);
    const kind = liveKindOf(request.url);
    if (!kind) return refuse(socket, 404);
    const ticket = ticketOf(request.url);
    if (bearerToken(headers) !== null) headers.delete("cookie");
    else if (ticket === null && !fromOwnPage(headers, request)) return refuse(socket, 403);
    this.#opening += 1;
    try {
      const { ws_max_connections } = await settings();
      const isFull = this.#connections.size + this.#opening > ws_max_connections;
      const remote = request.socket.remoteAddress;
      // Whoever brings a bearer or a ticket is nobody else, even where a browser adds its cookie.
      const actor =
        ticket === null ? await actorOf(headers, remote) : await takeTicket(ticket, clientOf(headers, remote));
      if (this.#closed || (isFull && !this.#makeRoom(actor))) return refuse(socket, 503);
      if (!socket.destroyed) this.#welcome({ request, socket, head, kind }, actor);
    } finally {
      this.#opening -= 1;
    }
  }

  /** Users share what there is: whoever holds the most gives one up for a newcomer. @returns whether somebody did */
  #makeRoom(actor: Actor | null): boolean {
    const leaving = actor && refusalOf(actor) === null ? whoGivesWay(this.#connections, actor) : null;
    leaving?.close(CLOSE.tryLater, "others need a connection, too");
    return leaving !== null;
  }

  #welcome({ request, socket, head, kind }: Upgrade, actor: Actor | null): void {
    const refusal = refusalOf(actor);
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      // A browser learns the code of a closed socket, but never the status of a refused upgrade.
      if (refusal || !actor) return closeSoon(ws, refusal ?? CLOSE.unauthenticated, "not signed in or not allowed");
      const connection = new Connection({
        ws,
        socket,
        actor,
        hub: this.#rooms.hub,
        onMessage: (from, message) => void handleMessage(this.#rooms, from, message),
        onBehind: (from, topics) => void bringUpToDate(this.#rooms, from, topics),
      });
      void connection.ended.then(() => this.#leave(connection));
      this.#join(connection, kind);
    });
  }

  #join(connection: Connection, kind: LiveKind): void {
    this.#connections.add(connection);
    processMetrics().webSockets.inc();
    for (const topic of FIRST_TOPICS[kind]) {
      connection.topics.add(topic);
      this.#rooms.hub.subscribe(topic, connection);
    }
    if (kind === "feed") void handleMessage(this.#rooms, connection, { type: "snapshot" });
    else void this.#rooms.metrics.greet(connection);
  }

  #leave(connection: Connection): void {
    this.#connections.delete(connection);
    processMetrics().webSockets.dec();
    for (const topic of connection.topics) this.#rooms.hub.unsubscribe(topic, connection);
    connection.topics.clear();
  }

  async #endFallenSessions(): Promise<void> {
    if (this.#connections.size === 0) return;
    const asked = [...this.#connections];
    const may = await standing(asked);
    for (const connection of asked) {
      if (!may.has(connection)) connection.close(CLOSE.unauthenticated, "the session has ended");
    }
  }
}

interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  kind: LiveKind;
}

/** Browsers send cookies with cross-site sockets too: only the origin keeps pages of other sites out. */
function fromOwnPage(headers: Headers, request: IncomingMessage): boolean {
  const { host, secure } = clientOf(headers, request.socket.remoteAddress);
  return isOwnOrigin({ origin: headers.get("origin"), fetchSite: null, host, secure, publicUrl: env().PUBLIC_URL });
}

/** The close code for who may not listen, or null. */
function refusalOf(actor: Actor | null): number | null {
  try {
    requirePermission(actor, "servers:read");
    return null;
  } catch (error) {
    const unauthenticated = error instanceof AppError && error.code === "unauthenticated";
    return unauthenticated ? CLOSE.unauthenticated : CLOSE.forbidden;
  }
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}

const REASONS = { 403: "Forbidden", 404: "Not Found", 503: "Service Unavailable" } as const;

function refuse(socket: Duplex, status: keyof typeof REASONS): void {
  const retry = status === 503 ? "Retry-After: 5\r\n" : "";
  socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
