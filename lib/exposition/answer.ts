// GET and HEAD /metrics: Prometheus's text 0.0.4, or OpenMetrics 1.0.0 for whoever prefers it.
import { randomUUID } from "node:crypto";
import { AppError } from "../errors";
import type { AskedRequest } from "../http/asked";
import { countRequest } from "../http/metrics";
import { asAppError, toProblem } from "../http/problem";
import { log } from "../log";
import { requireMetricsReader } from "./access";
import { type Asked, COLLECT, type Collect, expose } from "./expose";

const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PATH = "/metrics";

/** Answers with the exposition, in pieces as they are taken. */
export async function answerMetrics(request: AskedRequest): Promise<Response> {
  const began = performance.now();
  const response = await answered(request).catch((error: unknown) => {
    if (!asAppError(error)) log.error({ source: "metrics", err: error }, "a request failed");
    return toProblem(error, PATH);
  });
  response.headers.set("x-request-id", randomUUID());
  const seconds = (performance.now() - began) / 1_000;
  countRequest({ method: request.method, endpoint: PATH, status: response.status, seconds });
  return response;
}

async function answered(request: AskedRequest): Promise<Response> {
  const { caller } = await requireMetricsReader(request.headers);
  const collect = collectOf(new URL(request.url).searchParams);
  const openMetrics = prefersOpenMetrics(request.headers.get("accept") ?? "");
  const headers = {
    "content-type": openMetrics ? OPEN_METRICS : TEXT,
    "cache-control": "no-store",
    vary: "Accept",
  };
  if (request.method === "HEAD") return new Response(null, { headers });
  return new Response(bodyOf({ caller, collect, openMetrics, now: new Date() }), { headers });
}

function collectOf(query: URLSearchParams): Collect {
  const asked = query.get("collect") ?? "all";
  const collect = COLLECT.find((one) => one === asked);
  if (collect !== undefined) return collect;
  const message = `must be one of ${COLLECT.join(", ")}`;
  throw new AppError("invalid", `collect ${message}.`, { fields: [{ path: "collect", message }] });
}

/** Nothing is made ahead of the reader. One who goes away ends it; one who is too slow is cut off. */
function bodyOf(asked: Asked): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cutOff = (): void => {};
  const pieces = expose(asked, () => cutOff());
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        cutOff = () => controller.error(new Error("the metrics were read too slowly"));
      },
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * Whether an `Accept` header prefers OpenMetrics 1.0.0 to plain text. Pure.
 * https://www.rfc-editor.org/rfc/rfc9110#name-accept
 */
export function prefersOpenMetrics(accept: string): boolean {
  let open = 0;
  let plain = 0;
  for (const entry of accept.toLowerCase().split(",")) {
    const [type = "", ...given] = entry.split(";").map((part) => part.trim());
    const parameters = new Map(given.map((part) => part.split("=", 2) as [string, string | undefined]));
    const quality = Number(parameters.get("q") ?? 1);
    if (type === "text/plain") plain = Math.max(plain, quality || 0);
    const version = parameters.get("version") ?? "1.0.0";
    if (type === "application/openmetrics-text" && version === "1.0.0") open = Math.max(open, quality || 0);
  }
  return open > 0 && open >= plain;
}
