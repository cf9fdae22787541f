// Peers that do not answer like PostgreSQL, and settings for those that do.
import { once } from "node:events";
import net from "node:net";
import { connectTarget, type TargetOptions, type TargetSession } from "../../../lib/postgres/connect";
import { ProbeError } from "../../../lib/probe";

/** A TCP server on loopback that does `answer` with every connection. */
export async function startPeer(
  answer: (socket: net.Socket) => void,
): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    answer(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Joins a peer's connection to the server at that port of this machine; `pass` gets each piece of its answers by number. */
export function relay(socket: net.Socket, port: number, pass: (piece: Buffer, number: number) => void): void {
  const far = net.connect(port, "127.0.0.1");
  let number = 0;
  socket.on("data", (piece) => far.write(piece)).on("close", () => far.destroy());
  far.on("error", () => socket.destroy()).on("close", () => socket.destroy());
  far.on("data", (piece) => pass(piece, number++));
}

/** A message as PostgreSQL sends it: https://www.postgresql.org/docs/current/protocol-message-formats.html */
export function message(type: string, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** An ErrorResponse. */
export function errorResponse(sqlState: string, words: string): Buffer {
  return message("E", Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${words}\0\0`));
}

/** Where a URL of a test server points, as a target without TLS. */
export function targetOf(url: string, other: Partial<TargetOptions> = {}): TargetOptions {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1) || "postgres",
    sslmode: "disable",
    ...other,
  };
}

/** Connects for the time of `work`. */
export async function withTarget<T>(options: TargetOptions, work: (session: TargetSession) => Promise<T>): Promise<T> {
  const session = await connectTarget(options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** The classified failure of something that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<ProbeError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof ProbeError) return outcome;
  throw new Error(`Expected a ProbeError, got ${outcome === undefined ? "success" : String(outcome)}`);
}

/** Polls until `check` gives something, for 10 s at most. */
export async function eventually<T>(check: () => Promise<T | undefined | false | null>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error("It did not happen within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
