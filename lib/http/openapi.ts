// The OpenAPI 3.1 document, made of what the endpoints declare. Pure.
import { z } from "zod";
import type { Allow, Operation } from "./endpoint";
import { problemSchema } from "./problem";

/** What a route module exports under a method's name; anything without an operation is no part of the document. */
export type RouteModule = Readonly<Record<string, unknown>>;
type Json = Record<string, unknown>;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Statuses of refusals that may meet every request, whatever it asks for. */
const ALWAYS = [429, 500, 503];
const REFUSALS: Record<number, string> = {
  400: "The body cannot be read, or parameters do not fit together",
  401: "Not signed in",
  403: "Not allowed, from another site, or a password change is required first",
  404: "There is nothing of that name",
  409: "Not possible at the same time as something else, or in the present state",
  413: "The body is larger than 1 MiB",
  422: "A field or parameter breaks a rule",
  429: "Too many requests; see Retry-After",
  500: "Internal error",
  503: "The database does not answer; see Retry-After",
};

/**
 * @param routes path as OpenAPI writes it (`/api/servers/{name}`) → the route's module
 * @param info title and version of the API
 */
export function openApiDocument(
  routes: Readonly<Record<string, RouteModule>>,
  info: { title: string; version: string; description?: string },
): Json {
  const paths = Object.entries(routes).map(([path, module]): [string, Json] => {
    const operations = METHODS.flatMap((method) => {
      const operation = operationOf(module[method]);
      return operation ? [[method.toLowerCase(), entryOf(path, method, operation)]] : [];
    });
    return [path, Object.fromEntries(operations)];
  });
  return {
    openapi: "3.1.0",
    info,
    servers: [{ url: "/" }],
    security: [{ session: [] }, { bearer: [] }],
    paths: Object.fromEntries(paths),
    components: {
      schemas: { Problem: jsonSchema(problemSchema, "output") },
      responses: Object.fromEntries(
        Object.entries(REFUSALS).map(([status, text]) => [`Problem${status}`, problem(text)]),
      ),
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "dozor.session",
          description: "`__Host-dozor.session` under HTTPS",
        },
        bearer: { type: "http", scheme: "bearer" },
      },
    },
  };
}

function operationOf(handler: unknown): Operation | null {
  return typeof handler === "function" || (typeof handler === "object" && handler !== null)
    ? ((handler as { operation?: Operation }).operation ?? null)
    : null;
}

function entryOf(path: string, method: string, operation: Operation): Json {
  const { summary, description, allow, params, query, body, form } = operation;
  const types = form ? ["application/x-www-form-urlencoded", "application/json"] : ["application/json"];
  return {
    operationId: operationId(path, method),
    summary,
    ...(description && { description }),
    tags: [path.split("/").find((part) => part !== "" && part !== "api") ?? "api"],
    "x-permission": allow,
    ...(allow === "public" && { security: [] }),
    parameters: [...parameters(params, "path"), ...parameters(query, "query")],
    ...(body && {
      requestBody: { required: true, content: contentOf(types, jsonSchema(body, "input")) },
    }),
    responses: { ...success(operation), ...refusals(method, operation) },
  };
}

/** `GET /api/servers/{name}/latest` → `getServersNameLatest` */
function operationId(path: string, method: string): string {
  const words = path.replace(/^\/api\//, "/").match(/[A-Za-z0-9]+/g) ?? [];
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query"): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, "input") as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

function success({ response, status }: Operation): Json {
  if (!response) return { [status ?? 204]: { description: "Done" } };
  const content = contentOf(["application/json"], jsonSchema(response, "output"));
  return { [status ?? 200]: { description: "The answer", content } };
}

function refusals(method: string, { allow, params, query, body, refusals: own = [] }: Operation): Json {
  const statuses = [...ALWAYS, ...own, ...deniedStatuses(allow, method)];
  if (params) statuses.push(404);
  if (query) statuses.push(422);
  if (body) statuses.push(400, 413, 422);
  return Object.fromEntries(
    [...new Set(statuses)].sort().map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  );
}

function deniedStatuses(allow: Allow, method: string): number[] {
  return allow === "public" && method === "GET" ? [] : [401, 403];
}

const contentOf = (types: string[], schema: Json): Json => Object.fromEntries(types.map((type) => [type, { schema }]));

const problem = (description: string): Json => ({
  description,
  content: contentOf(["application/problem+json"], { $ref: "#/components/schemas/Problem" }),
});

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
