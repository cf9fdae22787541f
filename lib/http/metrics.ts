// What is counted of HTTP answers, by the pattern of what was asked for: never by a path, of which there are any number.
import type { IncomingMessage, ServerResponse } from "node:http";
import { log } from "../log";
import { processMetrics } from "../process-metrics";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** What was answered to a request. */
interface Answer {
  method: string;
  /** Pattern of a page or route: its path with the variable parts as `{name}`. */
  endpoint: string;
  status: number;
  seconds: number;
}

/** Counts one answer. */
export function countRequest({ method, endpoint, status, seconds }: Answer): void {
  const labels = { method: METHODS.has(method) ? method : "other", endpoint };
  const { requests, requestSeconds } = processMetrics();
  requests.inc({ ...labels, status: String(status) });
  requestSeconds.observe(labels, seconds);
}

/** Counts it when what is under way has gone on: nobody has to wait for that. */
export function countSoon(answer: Answer): void {
  setImmediate(() => {
    try {
      countRequest(answer);
    } catch (error) {
      log.error({ source: "http", err: error }, "an answer could not be counted");
    }
  });
}

/**
 * Counts the answer when it has ended, unless the route itself did: what it counts has an `x-request-id`. One that nobody
 * waited for has status 499, as nginx calls it.
 */
export function countAtEnd(request: IncomingMessage, response: ServerResponse): void {
  const began = performance.now();
  response.once("close", () => {
    if (response.hasHeader("x-request-id")) return;
    const endpoint = endpointOf(request.url?.split("?", 1)[0] ?? "");
    const status = response.headersSent ? response.statusCode : 499;
    countRequest({ method: request.method ?? "", endpoint, status, seconds: (performance.now() - began) / 1_000 });
  });
}

/** A page or route as Next lists it in `routes-manifest.json`. */
interface Route {
  page: string;
  regex: string;
}

interface Pattern {
  endpoint: string;
  regex: RegExp;
}

interface Patterns {
  fixed: ReadonlySet<string>;
  variable: readonly Pattern[];
}

// Told by our server, asked for by routes: they are copies of this module in one process.
const shared = globalThis as { dozorPatterns?: Patterns };

/** Tells which pages and routes there are; until then paths are told apart by their parameters. */
export function learnRoutes({ staticRoutes, dynamicRoutes }: { staticRoutes: Route[]; dynamicRoutes: Route[] }): void {
  shared.dozorPatterns = {
    fixed: new Set(staticRoutes.map(({ page }) => page)),
    variable: dynamicRoutes.map(({ page, regex }) => ({ endpoint: withBraces(page), regex: new RegExp(regex) })),
  };
}

/** `/servers/[name]` → `/servers/{name}`, `[...rest]` → `{rest}`. */
const withBraces = (page: string): string => page.replace(/\[+(?:\.{3})?([^\]]+)\]+/g, "{$1}");

/** Files that Next serves, and addresses of nothing. */
const FILES = "/_next/static/{file}";
const OTHERS = "other";

/** The pattern of whatever is asked for by a path. */
function endpointOf(path: string): string {
  if (path.startsWith("/_next/static/")) return FILES;
  return patternOf(path) ?? OTHERS;
}

function patternOf(path: string): string | undefined {
  const { fixed, variable } = shared.dozorPatterns ?? { fixed: new Set<string>(), variable: [] };
  const plain = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  if (fixed.has(plain)) return plain;
  return variable.find(({ regex }) => regex.test(plain))?.endpoint;
}

/** `/api/servers/local/latest` with `{name: "local"}` → `/api/servers/{name}/latest`. */
export function routeOf(path: string, params: Readonly<Record<string, unknown>>): string {
  const pattern = patternOf(path);
  if (pattern !== undefined) return pattern;
  const parts = path.split("/");
  for (const [name, value] of Object.entries(params)) {
    for (const text of Array.isArray(value) ? value : [value]) {
      const at = parts.findIndex((part) => part !== "" && decoded(part) === text);
      if (at >= 0) parts[at] = `{${name}}`;
    }
  }
  return parts.join("/");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
