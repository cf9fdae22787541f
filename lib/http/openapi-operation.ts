// One operation as the OpenAPI document tells it: who may, what it takes, every status it answers. Pure.
import { z } from "zod";
import { PERMISSIONS, type Permission, ROLES, SCOPES, type Scope, scopesFor } from "../users/permissions";
import type { Allow, Operation } from "./endpoint";
import { IDEMPOTENCY_KEY, REPLAYED } from "./idempotency";
import { MULTIPART_TYPE } from "./input";

export type Json = Record<string, unknown>;

/** Statuses of refusals that may meet every request, whatever it asks for. */
const ALWAYS = [429, 500, 503];
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

/** An operation with the address it has. */
export interface Place {
  path: string;
  /** In capitals. */
  method: string;
  tag: string;
}

/** @param schemas where schemas that refer to themselves are kept: components of the document */
export function operationEntry(place: Place, operation: Operation, schemas: Json): Json {
  const { summary, description, allow, params, query, body, form, multipart } = operation;
  const types = [...(multipart ? [MULTIPART_TYPE] : []), ...(form ? [FORM_TYPE] : []), JSON_TYPE];
  const security = securityOf(allow);
  return {
    operationId: operationId(place),
    summary,
    description: [description, whoMay(allow)].filter(Boolean).join("\n\n"),
    tags: [place.tag],
    "x-permission": allow,
    "x-roles": rolesOf(allow),
    ...(security && { security }),
    parameters: [...parameters(params, "path"), ...parameters(query, "query"), ...headers(place.method, operation)],
    ...(body && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: contentOf(types, jsonSchema(body, "input", schemas)),
      },
    }),
    responses: { ...success(place.method, operation, schemas), ...refusals(place.method, operation) },
  };
}

/** `GET /api/servers/{name}/latest` → `getServersNameLatest` */
function operationId({ path, method }: Place): string {
  const words = path.replace(/^\/api\//, "/").match(/[A-Za-z0-9]+/g) ?? [];
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

/** The roles that may, or null where no role is needed. */
function rolesOf(allow: Allow): readonly string[] | null {
  if (allow === "public") return null;
  return isPermission(allow) ? ROLES.filter((role) => PERMISSIONS[role].includes(allow)) : ROLES;
}

const isPermission = (allow: Allow): allow is Permission => !["public", "session", "signed_in"].includes(allow);

function whoMay(allow: Allow): string {
  if (allow === "public") return "Open to everyone.";
  if (allow === "session") return "For everyone signed in, also before a forced change of the password.";
  if (allow === "signed_in") return "For everyone signed in.";
  const scopes = scopesOf(allow);
  const token = scopes.length > 0 ? `with the scope ${scopes.map(code).join(" or ")}` : "no API token";
  return `Needs the permission ${code(allow)}: ${rolesOf(allow)?.join(", ")}; ${token}.`;
}

const code = (text: string): string => `\`${text}\``;

const scopesOf = (allow: Allow): readonly Scope[] => (isPermission(allow) ? scopesFor(allow) : SCOPES);

/** One requirement for each scope that is enough; null for that of the whole document. */
function securityOf(allow: Allow): Json[] | null {
  if (allow === "public") return [];
  return [{ session: [] }, { bearer: [] }, ...scopesOf(allow).map((scope) => ({ apiToken: [scope] }))];
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query"): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, "input", {}) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description !== undefined && { description }),
    schema: property,
  }));
}

/** The headers that an operation looks at, as its declaration implies. */
function headers(method: string, { allow, etag, refusals = [] }: Operation): Json[] {
  const header = (name: string) => ({ $ref: `#/components/parameters/${name}` });
  return [
    ...(method === "POST" && allow !== "public" ? [header("IdempotencyKey")] : []),
    ...(refusals.includes(412) ? [header("IfMatch")] : []),
    ...(etag ? [header("IfNoneMatch")] : []),
  ];
}

function success(method: string, operation: Operation, schemas: Json): Json {
  const { response, status, etag, allow, type = JSON_TYPE } = operation;
  const given = [
    ["X-Request-Id", "RequestId"],
    ...(etag ? [["ETag", "ETag"]] : []),
    ...(method === "POST" && allow !== "public" ? [["Idempotency-Replayed", "IdempotencyReplayed"]] : []),
  ];
  const carried = Object.fromEntries(given.map(([name, ref]) => [name, { $ref: `#/components/headers/${ref}` }]));
  if (!response) return { [status ?? 204]: { description: "Done", headers: carried } };
  const content = contentOf([type], jsonSchema(response, "output", schemas));
  const files = fileTypes(operation.query).map((type): [string, Json] => [type, { schema: { type: "string" } }]);
  return {
    [status ?? 200]: {
      description: "The answer",
      headers: carried,
      content: { ...content, ...Object.fromEntries(files) },
    },
    ...(etag && { 304: { description: "Still as `If-None-Match` says", headers: carried } }),
  };
}

/** What `format` can ask for beside JSON. */
function fileTypes(query: z.ZodType | undefined): string[] {
  const format = parameters(query, "query").find(({ name }) => name === "format");
  return JSON.stringify(format ?? "").includes('"csv"') ? ["text/csv"] : [];
}

function refusals(method: string, { allow, params, query, body, refusals: own = [] }: Operation): Json {
  const statuses = [...ALWAYS, ...own, ...deniedStatuses(allow, method)];
  if (params) statuses.push(404);
  if (query) statuses.push(422);
  if (body) statuses.push(400, 413, 422);
  if (method === "POST" && allow !== "public") statuses.push(409, 422);
  return Object.fromEntries(
    [...new Set(statuses)].sort().map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  );
}

function deniedStatuses(allow: Allow, method: string): number[] {
  return allow === "public" && method === "GET" ? [] : [401, 403];
}

/** Names of the headers that idempotency adds; the document's components describe them. */
export const IDEMPOTENCY_HEADERS = { key: IDEMPOTENCY_KEY, replayed: REPLAYED };

export const contentOf = (types: string[], schema: Json): Json =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

/** A schema as JSON; what it defines beside itself goes to `schemas`, since references in the document start at its root. */
export function jsonSchema(schema: z.ZodType, io: "input" | "output", schemas: Json): Json {
  const { $schema, $defs, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
  if (!$defs && !JSON.stringify(rest).includes('{"$ref":"#"}')) return rest;
  const prefix = `#/components/schemas/Shared${Object.keys(schemas).length}`;
  const moved = (value: unknown): Json =>
    JSON.parse(
      JSON.stringify(value).replaceAll('{"$ref":"#"}', `{"$ref":"${prefix}"}`).replaceAll('"#/$defs/', `"${prefix}_`),
    );
  const name = prefix.split("/").at(-1) ?? "";
  for (const [key, definition] of Object.entries($defs ?? {})) schemas[`${name}_${key}`] = moved(definition);
  schemas[name] = moved(rest);
  return { $ref: prefix };
}
