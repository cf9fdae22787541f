// Live clients in a process of their own: they follow what everybody follows, and tell how late it came.
import { WebSocket } from "ws";

/** What the parent tells this process. */
export type Order =
  | { do: "open"; address: string; token: string; count: number; stopsReading: number }
  /** Tells what came since the last time, and forgets it. */
  | { do: "report" }
  | { do: "end" };

/** Milliseconds between the server's and the client's moment, and counts. */
export interface Report {
  open: number;
  /** Closed without having been asked to. */
  lost: number;
  messages: number;
  /** Numbers that were left out between two messages of one topic. */
  gaps: number;
  lagging: number;
  stats: number[];
  updates: number[];
  /** The fewest `stats` that a client got. */
  fewestStats: number;
}

const AT_ONCE = 50;
const START = /^\{"type":"(\w+)","timestamp":"([^"]+)","seq":(\d+)/;

const sockets: WebSocket[] = [];
let lost = 0;
let ending = false;
let report = empty();
const lastSeq = new WeakMap<WebSocket, number>();
let statsOf = new Map<WebSocket, number>();

function empty(): Report {
  return { open: 0, lost: 0, messages: 0, gaps: 0, lagging: 0, stats: [], updates: [], fewestStats: 0 };
}

function received(socket: WebSocket, data: Buffer): void {
  const now = Date.now();
  const [, type, at, seq] = START.exec(data.toString("latin1", 0, 160)) ?? [];
  report.messages += 1;
  if (type === "lagging") report.lagging += 1;
  if (type === "stream_update") report.updates.push(now - Date.parse(at ?? ""));
  if (type !== "stats") return;
  report.stats.push(now - Date.parse(at ?? ""));
  const before = lastSeq.get(socket);
  if (before !== undefined) report.gaps += Number(seq) - before - 1;
  lastSeq.set(socket, Number(seq));
  statsOf.set(socket, (statsOf.get(socket) ?? 0) + 1);
}

/** Resolves with the snapshot. */
function open(address: string, token: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    // Frames are made once for all; unpacking them would be this process's work, and not the server's.
    const socket = new WebSocket(address, { headers, perMessageDeflate: false });
    socket.on("message", (data: Buffer) => {
      received(socket, data);
      resolve(socket);
    });
    socket.on("close", () => {
      if (!ending) lost += 1;
    });
    socket.on("error", reject);
  });
}

async function openAll({ address, token, count, stopsReading }: Extract<Order, { do: "open" }>): Promise<void> {
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      sockets.push(await open(address, token));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const socket of sockets.slice(0, stopsReading)) socket.pause();
}

function tell(): void {
  const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  const fewestStats = Math.min(...sockets.filter(({ isPaused }) => !isPaused).map((one) => statsOf.get(one) ?? 0));
  process.send?.({ ...report, open, lost, fewestStats });
  report = empty();
  statsOf = new Map();
}

process.on("message", async (order: Order) => {
  if (order.do === "open") {
    await openAll(order);
    process.send?.("opened");
  }
  if (order.do === "report") tell();
  if (order.do === "end") {
    ending = true;
    for (const socket of sockets) socket.terminate();
    process.exit(0);
  }
});
