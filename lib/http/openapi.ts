// The OpenAPI 3.1 document, made of what the endpoints declare. Pure.
import type { Operation } from "./endpoint";
import { contentOf, IDEMPOTENCY_HEADERS, type Json, jsonSchema, operationEntry } from "./openapi-operation";
import { problemSchema } from "./problem";

/** What a route module exports under a method's name; anything without an operation is no part of the document. */
export type RouteModule = Readonly<Record<string, unknown>>;

/** A chapter of the document. */
export interface Tag {
  name: string;
  description: string;
  /** First words of its paths after `/api/`; the longest that fits takes a path. */
  paths: readonly string[];
}

export interface ApiInfo {
  title: string;
  version: string;
  description?: string;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const REFUSALS: Record<number, string> = {
  400: "The body cannot be read, or parameters do not fit together",
  401: "Not signed in, or a second factor is asked for (`otp_required`)",
  403: "Not allowed, from another site, or something is required first: a new password, a second factor",
  404: "There is nothing of that name",
  409: "Not possible at the same time as something else, or in the present state; a repeat whose answer is not there",
  412: "Changed since it was read: `If-Match` names another state",
  413: "The body is larger than 1 MiB, or than 16 KiB where no sign-in is asked for",
  422: "A field or parameter breaks a rule",
  429: "Too many requests; see Retry-After",
  500: "Internal error",
  503: "The database does not answer; see Retry-After",
};

/**
 * @param routes path as OpenAPI writes it (`/api/servers/{name}`) → the route's module
 * @param info title, version and introduction of the API
 * @param tags chapters, in their order; a path that fits none gets one of its first word
 */
export function openApiDocument(
  routes: Readonly<Record<string, RouteModule>>,
  info: ApiInfo,
  tags: readonly Tag[] = [],
): Json {
  const schemas: Json = { Problem: jsonSchema(problemSchema, "output", {}) };
  const paths = Object.entries(routes).map(([path, module]): [string, Json] => {
    const operations = METHODS.flatMap((method) => {
      const operation = operationOf(module[method]);
      const place = { path, method, tag: tagOf(path, tags) };
      return operation ? [[method.toLowerCase(), operationEntry(place, operation, schemas)]] : [];
    });
    return [path, Object.fromEntries(operations)];
  });
  return {
    openapi: "3.1.0",
    info: { ...info, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    tags: tags.map(({ name, description }) => ({ name, description })),
    security: [{ session: [] }, { bearer: [] }, { apiToken: [] }],
    paths: Object.fromEntries(paths),
    components: { schemas, responses: problems(), parameters: PARAMETERS, headers: HEADERS, securitySchemes: SCHEMES },
  };
}

export function operationOf(handler: unknown): Operation | null {
  return typeof handler === "function" || (typeof handler === "object" && handler !== null)
    ? ((handler as { operation?: Operation }).operation ?? null)
    : null;
}

function tagOf(path: string, tags: readonly Tag[]): string {
  const words = path.replace(/^\/api\//, "");
  const fitting = tags.flatMap(({ name, paths }) =>
    paths.filter((start) => words === start || words.startsWith(`${start}/`)).map((start) => ({ name, start })),
  );
  const [longest] = fitting.sort((a, b) => b.start.length - a.start.length);
  return longest?.name ?? words.split("/")[0] ?? "api";
}

function problems(): Json {
  const content = contentOf(["application/problem+json"], { $ref: "#/components/schemas/Problem" });
  const entries = Object.entries(REFUSALS).map(([status, description]) => {
    const waits = status === "429" || status === "503" || status === "409";
    const headers = {
      "X-Request-Id": { $ref: "#/components/headers/RequestId" },
      ...(waits && { "Retry-After": { $ref: "#/components/headers/RetryAfter" } }),
    };
    return [`Problem${status}`, { description, headers, content }];
  });
  return Object.fromEntries(entries);
}

const text = (description: string) => ({ description, schema: { type: "string" } });
const ofHeader = (name: string, description: string) => ({ name, in: "header", required: false, ...text(description) });

const PARAMETERS: Json = {
  IdempotencyKey: {
    ...ofHeader(
      IDEMPOTENCY_HEADERS.key,
      "1 to 200 printable ASCII characters. The same request with the same key is carried out once within 24 hours; its answer is given again, unless it holds a secret (409).",
    ),
    schema: { type: "string", minLength: 1, maxLength: 200, pattern: "^[\\x20-\\x7e]*$" },
  },
  IfMatch: ofHeader(
    "if-match",
    "The `ETag` that was read: the change is refused with 412 if it is not the present one",
  ),
  IfNoneMatch: ofHeader("if-none-match", "The `ETag` that you have: answered with 304 if it is the present one"),
};

const HEADERS: Json = {
  RequestId: text("Names the request in our log"),
  ETag: text("Names this state of the object"),
  RetryAfter: { description: "Seconds to wait", schema: { type: "integer", minimum: 1 } },
  IdempotencyReplayed: {
    description: "`true` where the answer is the one of an earlier request with the same key",
    schema: { type: "string", enum: ["true"] },
  },
};

const SCHEMES: Json = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "dozor.session",
    description: "The browser's session; `__Host-dozor.session` under HTTPS. Changes must come from our own pages.",
  },
  bearer: { type: "http", scheme: "bearer", description: "An access token from `POST /api/token`" },
  apiToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "dzr_…",
    description: "A personal API token: it may what its scopes and the role of its user have in common",
  },
};
