// A few endpoints answered by our own server itself, without the milliseconds that Next takes for every request.
import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { promisify } from "node:util";
import { createGzip, gzip } from "node:zlib";
import { log } from "../log";
import { TextAnswer } from "./answer-text";
import type { AskedRequest } from "./asked";
import { DATA_POLICY } from "./security-headers";

/** Answers in this process: the lowest level saves most of the bytes at a fraction of the time. */
const GZIP = { level: 1 };
/** Smaller answers fit into a packet or two anyway. */
const COMPRESSED_FROM_BYTES = 1_024;
const COMPRESSIBLE = /^(application\/(problem\+)?json|application\/x-ndjson|application\/openmetrics-text|text\/)/;

/** A route; one of our endpoints gives its answer for less than a `Response`. */
interface Answering {
  (request: AskedRequest): Promise<Response>;
  answer?: (request: AskedRequest) => Promise<Response | TextAnswer>;
}

/**
 * Makes a listener that answers GET requests of these paths as their route would.
 * @param routes exact path → the route's GET
 * @param heads whether it takes HEAD as well, where there is no Next to do so
 * @returns a function that says whether it takes the request; any other one is Next's
 */
export function directLane(
  routes: Readonly<Record<string, Answering>>,
  { heads = false }: { heads?: boolean } = {},
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const handlers = new Map(Object.entries(routes));
  return (incoming, outgoing) => {
    const handler = handlers.get(incoming.url?.split("?", 1)[0] ?? "");
    if (!handler || !(incoming.method === "GET" || (heads && incoming.method === "HEAD"))) return false;
    answer(handler, incoming, outgoing).catch((error: unknown) => {
      if (outgoing.destroyed) return;
      log.error({ source: "http", path: incoming.url?.split("?", 1)[0], err: error }, "an answer broke off");
      outgoing.destroy();
    });
    return true;
  };
}

/** Its address is path and query only: a Host header may hold anything, also what no address may. */
function toAsked(incoming: IncomingMessage, outgoing: ServerResponse): AskedRequest {
  // Few routes look at it, and it takes longer to make than all else here.
  let gone: AbortSignal | undefined;
  const get = (name: string): string | null => {
    const value = incoming.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : (value ?? null);
  };
  return {
    method: incoming.method ?? "GET",
    url: `http://localhost${incoming.url}`,
    headers: { get, has: (name) => get(name) !== null },
    body: null,
    get signal() {
      gone ??= untilGone(outgoing);
      return gone;
    },
  };
}

/** Aborted when the client leaves, or left, before it has its answer. */
function untilGone(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const abort = () => {
    if (!outgoing.writableFinished) gone.abort();
  };
  if (outgoing.closed) abort();
  else outgoing.once("close", abort);
  return gone.signal;
}

async function answer(handler: Answering, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = toAsked(incoming, outgoing);
  const given = await (handler.answer ?? handler)(request);
  outgoing.statusCode = given.status;
  outgoing.setHeader("Content-Security-Policy", DATA_POLICY);
  for (const [name, value] of given.headers) {
    // Each cookie has a line of its own.
    if (name === "set-cookie") outgoing.appendHeader(name, value);
    else outgoing.setHeader(name, value);
  }
  const compressible = COMPRESSIBLE.test(given.headers.get("content-type") ?? "");
  if (compressible) outgoing.appendHeader("Vary", "Accept-Encoding");
  const gzips = compressible && /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  if (given instanceof TextAnswer) await sendText(given, outgoing, gzips);
  else if (!given.body) outgoing.end();
  else await sendStream(given.body as ReadableStream, outgoing, gzips);
}

async function sendText({ made, bytes }: TextAnswer, outgoing: ServerResponse, gzips: boolean): Promise<void> {
  if (!gzips || bytes < COMPRESSED_FROM_BYTES) {
    // Goes out together with the head. Where each character is a byte, as in most, it needs no encoding.
    return void outgoing.end(made.text, bytes === made.text.length ? "latin1" : "utf8");
  }
  made.gzipped ??= promisify(gzip)(made.text, GZIP);
  const packed = await made.gzipped;
  outgoing.setHeader("Content-Encoding", "gzip").setHeader("Content-Length", packed.length).end(packed);
}

/** At the pace of the client; when it leaves, whatever makes the stream is told to stop. */
async function sendStream(body: ReadableStream, outgoing: ServerResponse, gzips: boolean): Promise<void> {
  if (gzips) outgoing.setHeader("Content-Encoding", "gzip").removeHeader("Content-Length");
  try {
    await pipeline(Readable.fromWeb(body), gzips ? createGzip(GZIP) : new PassThrough(), outgoing);
  } catch (error) {
    // Nobody is left to tell: the client went away in the middle.
    if ((error as { code?: unknown }).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}
