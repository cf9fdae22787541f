// What is counted of our own HTTP answers; the exposition reads it.
import { Counter, Histogram, Registry } from "prom-client";

interface HttpMetrics {
  registry: Registry;
  requests: Counter<"method" | "route" | "status">;
  seconds: Histogram<"method" | "route">;
}

// Pages, routes and our server each have a copy of this module in one process; the counters must be one.
const shared = globalThis as { dozorHttpMetrics?: HttpMetrics };

/** The counters of this process, made at first use. */
export function httpMetrics(): HttpMetrics {
  shared.dozorHttpMetrics ??= createMetrics();
  return shared.dozorHttpMetrics;
}

function createMetrics(): HttpMetrics {
  const registry = new Registry();
  const requests = new Counter({
    name: "dozor_http_requests_total",
    help: "Answered API requests",
    labelNames: ["method", "route", "status"] as const,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "dozor_http_request_duration_seconds",
    help: "Time to answer an API request",
    labelNames: ["method", "route"] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return { registry, requests, seconds };
}

/** Counts one answer. @param route path with its variable parts as `{name}`, so that their number stays bounded */
export function countRequest(answer: { method: string; route: string; status: number; seconds: number }): void {
  const { method, route } = answer;
  httpMetrics().requests.inc({ method, route, status: String(answer.status) });
  httpMetrics().seconds.observe({ method, route }, answer.seconds);
}

/** `/api/servers/local/latest` with `{name: "local"}` → `/api/servers/{name}/latest`. Pure. */
export function routeOf(path: string, params: Readonly<Record<string, unknown>>): string {
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
