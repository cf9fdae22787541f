// Route handlers from schemas: who may, what comes in, what goes out, and the OpenAPI entry, declared once.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { env } from "../env";
import { AppError } from "../errors";
import { etagOf, namesTag } from "../etag";
import { log } from "../log";
import { type Actor, type Permission, requireActor, requirePermission, requireSignedIn } from "../users/permissions";
import { findSessionAgain } from "../users/session-cache";
import { actorOf, bearerToken } from "./actor";
import { TextAnswer } from "./answer-text";
import type { AskedRequest } from "./asked";
import { clientOf } from "./client";
import { answerOnce, repeatableOf } from "./idempotency";
import { BODY_LIMIT_BYTES, fieldsOf, PUBLIC_BODY_LIMIT_BYTES, parseInput, readBody, unstorableFields } from "./input";
import { countSoon, routeOf } from "./metrics";
import { requireOwnOrigin } from "./origin";
import { asAppError, toProblem } from "./problem";
import { cookieValue } from "./session-cookie";
import { SESSION_COOKIE_NAMES } from "./session-cookie-name";
import { throttle } from "./throttle";

const NOTHING = z.object({});
type Nothing = typeof NOTHING;

/** `public`: everyone. `session`: signed in, even before a forced password change. `signed_in`: any role. A permission: who has it. */
export type Allow = Permission | "public" | "session" | "signed_in";

export interface EndpointInput<
  Who extends Allow,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> {
  /** Null only where everyone may ask. */
  actor: Who extends "public" ? Actor | null : Actor;
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  request: AskedRequest;
}

/** What an operation declares of itself; the OpenAPI document is made of it. */
export interface Operation {
  summary: string;
  description?: string;
  allow: Allow;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Whether the body may also come as `application/x-www-form-urlencoded`. */
  form?: boolean;
  /** Whether the body may also come as `multipart/form-data`, each file as a text. */
  multipart?: boolean;
  /** Schema of the answer; without one the answer has no body. */
  response?: z.ZodType;
  /** What the answer is, where it is no JSON: `text/plain`. */
  type?: string;
  /** Status of success: 200 by default. */
  status?: number;
  /** A read that every open page repeats: a session that held within the last 2 s, unless a change was heard of, will do. */
  repeated?: boolean;
  /** Statuses of refusals that are its own, beside those that its declaration implies; with 412 it looks at `If-Match`. */
  refusals?: readonly number[];
  /** Whether a GET gives its value an `ETag`, for changes with `If-Match`, and answers 304 to whoever has it already. */
  etag?: boolean;
  /** Whether the answer of a POST holds a secret: it is not kept for repeats with the same `Idempotency-Key`. */
  secretAnswer?: boolean;
}

interface Definition<
  A extends Allow,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
> extends Operation {
  allow: A;
  params?: P;
  query?: Q;
  body?: B;
  response?: R;
  /** Gives the answer's value, or a whole answer where it needs its own headers or has its text. */
  run(input: EndpointInput<A, P, Q, B>): Promise<z.input<R> | Answer> | z.input<R> | Answer;
}

type Answer = Response | TextAnswer;

export interface Handler {
  (request: AskedRequest, context?: { params: Promise<unknown> }): Promise<Response>;
  /** The same for our own server, which needs no `Response` to send a text. */
  readonly answer: (request: AskedRequest, context?: { params: Promise<unknown> }) => Promise<Answer>;
  readonly operation: Operation;
}

/**
 * Makes a route handler. Errors become problem+json; a state-changing request with a session cookie must come from our
 * own pages; every answer carries `x-request-id` and `Cache-Control: no-store`, and is counted. A POST of somebody signed in
 * is carried out once for each `Idempotency-Key`; who asks is let in before anything is given again.
 */
export function endpoint<
  A extends Allow,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodVoid,
>(definition: Definition<A, P, Q, B, R>): Handler {
  const { run, ...operation } = definition;
  const counted: Handler["answer"] = async (request, context) => {
    const began = performance.now();
    const requestId = randomUUID();
    const { pathname: path, searchParams } = new URL(request.url);
    const params = context ? await resolveParams(context) : {};
    const whole = await answer(definition, request, { params, searchParams }).catch((error: unknown) => {
      if (!asAppError(error)) log.error({ source: "http", requestId, path, err: error }, "a request failed");
      return toProblem(error, path);
    });
    const response = request.method === "HEAD" ? withoutBody(toResponse(whole)) : whole;
    response.headers.set("x-request-id", requestId);
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
    const seconds = (performance.now() - began) / 1_000;
    countSoon({ method: request.method, endpoint: routeOf(path, params), status: response.status, seconds });
    return response;
  };
  const handler = async (...asked: Parameters<Handler>) => toResponse(await counted(...asked));
  return Object.assign(handler, { answer: counted, operation });
}

const toResponse = (answer: Answer): Response => (answer instanceof TextAnswer ? answer.toResponse() : answer);

/** What Next answers to HEAD by a GET: nobody takes the body, so whatever would make it is told to stop. */
function withoutBody({ body, status, headers }: Response): Response {
  void body?.cancel().catch(() => {});
  return new Response(null, { status, headers });
}

async function resolveParams(context: { params: Promise<unknown> }): Promise<Record<string, unknown>> {
  return Object.fromEntries(Object.entries((await context.params) ?? {}));
}

async function answer<
  A extends Allow,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
>(
  { allow, run, ...declared }: Definition<A, P, Q, B, R>,
  request: AskedRequest,
  raw: { params: Record<string, unknown>; searchParams: URLSearchParams },
): Promise<Answer> {
  const actor = await admit(request, { allow, repeated: declared.repeated ?? false });
  const params = (declared.params ?? NOTHING).safeParse(raw.params);
  if (!params.success || unstorableFields(params.data).length > 0)
    throw new AppError("not_found", "There is nothing of that name.");
  const query = parseInput(declared.query ?? NOTHING, fieldsOf(raw.searchParams), "query");
  const limit = allow === "public" ? PUBLIC_BODY_LIMIT_BYTES : BODY_LIMIT_BYTES;
  const optional = declared.body?.safeParse(undefined).success ?? false;
  const reading = { form: declared.form ?? false, multipart: declared.multipart ?? false, optional, limit };
  const sent = declared.body ? await readBody(request, reading) : { text: "", value: undefined };
  const body = declared.body && parseInput(declared.body, sent.value, "body");
  // The schemas' types are those of P, Q and B, and only public endpoints get past `admit` without an actor.
  const input = { actor, params: params.data, query, body, request } as EndpointInput<A, P, Q, B>;
  const work = async () => responseOf(await run(input), declared, request);
  const repeatable = allow === "public" ? null : repeatableOf(request, actor, sent.text);
  if (!repeatable) return work();
  return answerOnce(repeatable, declared.secretAnswer ?? false, async () => toResponse(await work()));
}

/** The schema of the answer is held against it by tests, not again for each of the many numbers of every answer. */
function responseOf(
  value: unknown,
  { status, etag }: Omit<Operation, "allow">,
  { headers: asked }: AskedRequest,
): Answer {
  if (value instanceof Response || value instanceof TextAnswer) return value;
  if (value === undefined) return new Response(null, { status: status ?? 204 });
  const tag = etag ? etagOf(value) : null;
  if (tag && namesTag(asked.get("if-none-match") ?? "", tag)) {
    return new Response(null, { status: 304, headers: { etag: tag } });
  }
  return new TextAnswer({ text: JSON.stringify(value) }, status, tag ? { etag: tag } : {});
}

/** Lets the request in or throws: its origin, its actor, its rate, its permission. */
async function admit(
  request: AskedRequest,
  { allow, repeated }: { allow: Allow; repeated: boolean },
): Promise<Actor | null> {
  requireOwnOriginOfChanges(request);
  // What everyone may ask is answered while sessions cannot be read, too: health above all.
  const asking = actorOf(request.headers, undefined, repeated ? findSessionAgain : undefined);
  const actor = await (allow === "public" ? asking.catch(() => null) : asking);
  const caller = actor?.userId ?? clientOf(request.headers).ip;
  if (caller) throttle(caller);
  if (allow === "session") requireActor(actor);
  else if (allow === "signed_in") requireSignedIn(actor);
  else if (allow !== "public") requirePermission(actor, allow);
  return actor;
}

/** Changes with a session cookie are believed from our own pages only; a bearer token no page sends by itself. */
function requireOwnOriginOfChanges({ method, headers }: AskedRequest): void {
  const cookie = headers.get("cookie");
  if (method === "GET" || method === "HEAD" || bearerToken(headers) !== null) return;
  if (!SESSION_COOKIE_NAMES.some((name) => cookieValue(cookie, name) !== null)) return;
  const { host, secure } = clientOf(headers);
  requireOwnOrigin({
    origin: headers.get("origin"),
    fetchSite: headers.get("sec-fetch-site"),
    host,
    secure,
    publicUrl: env().PUBLIC_URL,
  });
}
