// The one process: environment → embedded PostgreSQL → migrations → first start → Next → listening; and back.
import { readFileSync } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import next from "next";
import * as compare from "./app/api/history/compare/route";
import * as history from "./app/api/history/export/route";
import * as snapshots from "./app/api/history/metrics/route";
import * as liveSessions from "./app/api/live/sessions/route";
import * as query from "./app/api/query/route";
import * as healthz from "./app/healthz/route";
import * as metrics from "./app/metrics/route";
import { type GivenEnv, givenEnv } from "./lib/env";
import { addressOf, passwordBox } from "./lib/first-start/announce";
import { checkEnvironment } from "./lib/first-start/check-environment";
import { checkPort, explainListenError } from "./lib/first-start/check-port";
import { markRemote } from "./lib/first-start/mark-remote";
import { type Prepared, prepare } from "./lib/first-start/prepare";
import { bodyGate, REQUEST_TIMEOUT_MS } from "./lib/http/body-gate";
import { isTrustedProxy } from "./lib/http/client-address";
import { directLane } from "./lib/http/direct";
import { countAtEnd, learnRoutes } from "./lib/http/metrics";
import { refusedRequestLine } from "./lib/http/request-line";
import { DATA_POLICY, securityHeaders } from "./lib/http/security-headers";
import { attachLive, type LiveServer } from "./lib/live/socket";
import { log } from "./lib/log";
import { hearChanges } from "./lib/remembered";
import { StartError } from "./lib/start-error";
import { VERSION } from "./lib/version";

/** What this file shares with Next's own copies of our modules. */
const shared = globalThis as {
  /** What must end before the database does: the collector registers itself here. */
  dozorShutdown?: (() => Promise<void>)[];
  /** No other instance can hold a lease on the embedded database. */
  dozorExclusive?: boolean;
  /** Whether /readyz may answer yes. */
  dozorReady?: boolean;
};

const dev = process.argv.includes("--dev");
/** What is read again and again by every open page, and what streams; while developing Next reloads changed routes. */
const DIRECT = {
  "/api/query": query.GET,
  "/api/live/sessions": liveSessions.GET,
  "/api/history/metrics": snapshots.GET,
  "/api/history/compare": compare.GET,
  "/api/history/export": history.GET,
  "/metrics": metrics.GET,
};
/** All that METRICS_LISTEN answers. */
const METRICS_ONLY = directLane({ "/metrics": metrics.GET, "/healthz": healthz.GET }, { heads: true });
const REFUSED = { connection: "close", "cache-control": "no-store", "content-security-policy": DATA_POLICY };
const SHUTDOWN_MS = 9_500;
let prepared: Prepared | undefined;
let server: http.Server | undefined;
let metricsServer: http.Server | undefined;
let live: LiveServer | undefined;
let stopHearing: (() => Promise<void>) | undefined;
let shownPassword = false;
let stopping = false;
let stoppingSince = 0;

function showPassword(given: GivenEnv): void {
  if (shownPassword || !prepared?.admin?.password) return;
  shownPassword = true;
  const address = addressOf({ publicUrl: given.PUBLIC_URL, host: given.HOST, port: given.PORT });
  console.log(passwordBox(prepared.admin, address));
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

function serve(given: GivenEnv, handle: Handle): http.Server {
  const gate = bodyGate();
  const headers = Object.entries(securityHeaders({ secure: given.PUBLIC_URL?.startsWith("https:") ?? false }));
  const listening = http.createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    countAtEnd(request, response);
    const remote = request.socket.remoteAddress ?? null;
    markRemote(request.headers, { remote, trusted: isTrustedProxy(remote, given.TRUSTED_PROXIES) });
    for (const [name, value] of headers) response.setHeader(name, value);
    const refused = refusedRequestLine(request);
    if (refused) response.writeHead(refused, REFUSED).end();
    else if (!gate(request, response)) handle(request, response);
  });
  // Longer than a reverse proxy keeps an idle connection: otherwise it meets a closed one and answers 502.
  listening.keepAliveTimeout = 65_000;
  return listening;
}

/** @param variable that gave the address, unless HOST and PORT did */
function listen(on: http.Server, at: { host: string; port: number }, variable?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    on.once("error", (error) => reject(explainListenError(error, at, variable)));
    on.listen(at, resolve);
  });
}

/** A listener that can be reached from where pages should not be, and the other way round. */
async function listenForMetrics(given: GivenEnv): Promise<void> {
  if (!given.METRICS_LISTEN) return;
  const listening = serve(given, (request, response) => {
    if (!METRICS_ONLY(request, response)) response.writeHead(404, REFUSED).end();
  });
  metricsServer = listening;
  await listen(listening, given.METRICS_LISTEN, "METRICS_LISTEN");
}

async function start(): Promise<void> {
  const given = await checkEnvironment();
  await checkPort({ host: given.HOST, port: given.PORT });
  if (given.METRICS_LISTEN) await checkPort(given.METRICS_LISTEN, "METRICS_LISTEN");
  shared.dozorExclusive = !given.DATABASE_URL;
  prepared = await prepare(given, fail);
  // Next attaches its own upgrade listener to the server it is given, which would answer our sockets too:
  // this one never listens and only hands over what is meant for Next.
  const forNext = new http.Server();
  const app = next({ dev, hostname: given.HOST, port: given.PORT, httpServer: forNext });
  await app.prepare();
  const handle = app.getRequestHandler();
  stopHearing = await hearChanges();
  const direct = directLane(dev ? {} : DIRECT);
  if (!dev) learnRoutes(JSON.parse(readFileSync(".next/routes-manifest.json", "utf8")));
  server = serve(given, (request, response) => void (direct(request, response) || handle(request, response)));
  await listenForMetrics(given);
  await listen(server, { host: given.HOST, port: given.PORT });
  live = attachLive(server, dev ? { others: (...upgrade) => forNext.emit("upgrade", ...upgrade) } : {});
  shared.dozorReady = true;
  showPassword(given);
  const { port } = server.address() as AddressInfo;
  const address = addressOf({ publicUrl: given.PUBLIC_URL, host: given.HOST, port });
  console.log(`Dozor ${VERSION} is ready: ${address}`);
}

/** Unready, no new connections, sockets closed, the collector's head flushed, then the database. Nothing depends on it. */
async function stop(): Promise<void> {
  shared.dozorReady = false;
  const listening = [server, metricsServer].filter((one) => one?.listening);
  const closed = Promise.all(listening.map((one) => new Promise((resolve) => one?.close(resolve))));
  for (const one of listening) one?.closeIdleConnections();
  await Promise.race([Promise.allSettled([closed, live?.close(), stopHearing?.(), ...callbacks()]), sleep(4_000)]);
  for (const one of listening) one?.closeAllConnections();
  await prepared?.embedded?.stop();
}

const callbacks = (): Promise<void>[] => (shared.dozorShutdown ?? []).map((callback) => callback());

async function exit(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(code), SHUTDOWN_MS).unref();
  await stop().catch((error) => log.error({ err: error }, "the shutdown was not clean"));
  process.exit(code);
}

/** The one message of a start that fails, or of an end that nobody wanted. */
function fail(error: unknown): void {
  if (error instanceof StartError) console.error(error.message);
  else log.fatal({ err: error }, "Dozor has to end");
  if (prepared) showPassword(givenEnv());
  void exit(1);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    // The second Ctrl-C means now; the same one may come twice, from the terminal and from npm.
    if (stopping && Date.now() - stoppingSince > 1_000) process.exit(1);
    if (stopping) return;
    stoppingSince = Date.now();
    log.info({ signal }, "stopping");
    void exit(0);
  });
}
// A forgotten promise harms its own task only; after an uncaught exception nothing is certain any more.
process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
process.on("uncaughtException", fail);

start().catch(fail);
