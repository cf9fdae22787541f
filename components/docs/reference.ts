// What the API page shows, read from the OpenAPI document. Pure.
import { exampleOf, type Field, fieldsOf, type JsonSchema, typeOf } from "./json-schema";

export interface Operation {
  id: string;
  /** In capitals. */
  method: string;
  path: string;
  summary: string;
  /** Paragraphs. */
  description: string[];
  /** Who may; empty for everybody, signed in or not. */
  roles: string[];
  parameters: { place: string; fields: Field[] }[];
  body: { types: string[]; fields: Field[] } | undefined;
  answers: Answer[];
  /** A command that asks it. */
  curl: string;
}

export interface Answer {
  status: string;
  description: string;
  /** Kind of the whole: `list of object`; none where there is no body. */
  type: string | undefined;
  media: string[];
  fields: Field[];
}

export interface Chapter {
  name: string;
  description: string;
  operations: Operation[];
}

type Content = Record<string, { schema?: JsonSchema }>;
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: JsonSchema;
}
interface Entry {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security?: unknown[];
  "x-roles"?: string[] | null;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Content };
  responses: Record<string, { description?: string; content?: Content } | { $ref: string }>;
}
/** The parts of the document that are read here. */
interface Document {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Entry>>;
}

/** @param given the OpenAPI document; its references are followed */
export function chaptersOf(given: Record<string, unknown>): Chapter[] {
  const document = given as unknown as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, entry]) => ({
      tag: entry.tags[0],
      operation: operationOf({ path, method: method.toUpperCase(), entry }, (ref) => resolved(given, ref)),
    })),
  );
  return document.tags
    .map((tag) => ({
      ...tag,
      operations: operations.flatMap(({ tag: its, operation }) => (its === tag.name ? [operation] : [])),
    }))
    .filter((chapter) => chapter.operations.length > 0);
}

type Resolve = <T extends object>(value: T | { $ref: string }) => T;

function resolved<T extends object>(document: Record<string, unknown>, value: T | { $ref: string }): T {
  if (!("$ref" in value)) return value;
  const parts = value.$ref.replace(/^#\//, "").split("/");
  return parts.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document) as T;
}

interface Found {
  path: string;
  method: string;
  entry: Entry;
}

function operationOf({ path, method, entry }: Found, resolve: Resolve): Operation {
  const parameters = (entry.parameters ?? []).map((parameter) => resolve<Parameter>(parameter));
  const content = entry.requestBody?.content;
  const schema = Object.values(content ?? {})[0]?.schema;
  return {
    id: entry.operationId,
    method,
    path,
    summary: entry.summary,
    description: (entry.description ?? "").split("\n\n").filter(Boolean),
    roles: entry["x-roles"] ?? [],
    parameters: ["path", "query", "header"].flatMap((place) => {
      const fields = parameters.filter((parameter) => parameter.in === place).flatMap(fieldOf);
      return fields.length > 0 ? [{ place, fields }] : [];
    }),
    body: content && { types: Object.keys(content), fields: fieldsOf(resolve(schema ?? {})) },
    answers: Object.entries(entry.responses).map(([status, answer]) => answerOf(status, resolve(answer), resolve)),
    curl: curlOf({ path, method, entry }, parameters, schema && resolve(schema)),
  };
}

const fieldOf = ({ name, required = false, description, schema = {} }: Parameter): Field[] =>
  fieldsOf({ properties: { [name]: { ...schema, description } }, required: required ? [name] : [] }).slice(0, 1);

function answerOf(status: string, answer: { description?: string; content?: Content }, resolve: Resolve): Answer {
  const { description = "", content = {} } = answer;
  const media = Object.keys(content);
  const given = Object.values(content)[0]?.schema;
  const schema = given && resolve<JsonSchema>(given);
  const isProblem = media.includes("application/problem+json");
  return {
    status,
    description,
    type: schema && !isProblem ? typeOf(schema) : undefined,
    media,
    fields: schema && !isProblem ? fieldsOf(schema) : [],
  };
}

/** Text within single quotes of a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function curlOf({ path, method, entry }: Found, parameters: Parameter[], body: JsonSchema | undefined): string {
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema ?? {})))}`);
  const url = `$DOZOR${path}${query.length > 0 ? `?${query.join("&")}` : ""}`;
  const parts = [
    method === "GET" ? `curl "${url}"` : `curl -X ${method} "${url}"`,
    ...(entry.security?.length === 0 ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(body ? ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(exampleOf(body)))}`] : []),
  ];
  return parts.join(" \\\n  ");
}
