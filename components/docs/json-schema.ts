// JSON Schema as people read it: fields with their types and rules, and an example. Pure.

export interface JsonSchema {
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema | boolean;
  prefixItems?: JsonSchema[];
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  $ref?: string;
}

export interface Field {
  /** Name below its parent; `[]` for the items of a list, `{}` for any key. */
  name: string;
  depth: number;
  type: string;
  /** Ranges, lengths, choices, default: `1 … 500`, `"json"`. */
  rules: string[];
  required: boolean;
  description: string | undefined;
}

/** Deeper parts are named by their type only. */
const DEEPEST = 4;
/** Numbers of zod that mean no limit. */
const NO_LIMIT = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];

/** The fields of an object, a list of objects or a choice of objects, each below its parent. */
export function fieldsOf(schema: JsonSchema, depth = 0): Field[] {
  if (depth > DEEPEST) return [];
  const { properties, required = [], items, additionalProperties } = schema;
  const named = Object.entries(properties ?? {}).flatMap(([name, inner]) =>
    withChildren({ name, depth, schema: inner, required: required.includes(name) }),
  );
  const listed = isObject(items) ? fieldsOf(items, depth) : [];
  const keyed = isObject(additionalProperties)
    ? withChildren({ name: "{}", depth, schema: additionalProperties, required: false })
    : [];
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [...named, ...listed, ...keyed, ...parts.flatMap((part) => fieldsOf(part, depth))];
}

const isObject = (schema: JsonSchema | boolean | undefined): schema is JsonSchema =>
  typeof schema === "object" && Object.keys(schema).length > 0;

function withChildren(given: { name: string; depth: number; schema: JsonSchema; required: boolean }): Field[] {
  const { name, depth, schema, required } = given;
  const field = {
    name,
    depth,
    type: typeOf(schema),
    rules: rulesOf(schema),
    required,
    description: schema.description,
  };
  return [field, ...fieldsOf(schema, depth + 1)];
}

/** `integer`, `string (date-time)`, `list of object`, `number or null`. */
export function typeOf(schema: JsonSchema): string {
  const { type, format, items, prefixItems, $ref } = schema;
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if ($ref) return $ref.split("/").at(-1) ?? "object";
  if (parts.length > 0) return [...new Set(parts.map(typeOf))].join(" or ");
  if (schema.allOf) return [...new Set(schema.allOf.map(typeOf))].join(" and ");
  if (prefixItems) return `[${prefixItems.map(typeOf).join(", ")}${isObject(items) ? `, ${typeOf(items)} …` : ""}]`;
  if (type === "array") return `list of ${isObject(items) ? typeOf(items) : "any"}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (type === undefined) return schema.enum ? "string" : "any";
  const name = [type].flat().join(" or ");
  return format ? `${name} (${format})` : name;
}

function rulesOf(schema: JsonSchema): string[] {
  const limit = (value: number | undefined) => (value === undefined || NO_LIMIT.includes(value) ? undefined : value);
  const range = (low: number | undefined, high: number | undefined, unit = "") =>
    low === undefined && high === undefined ? [] : [`${low ?? ""} … ${high ?? ""}${unit}`.trim()];
  const { pattern, format, items } = schema;
  return [
    ...(schema.enum ? [schema.enum.map((one) => JSON.stringify(one)).join(" | ")] : []),
    ...range(limit(schema.minimum ?? schema.exclusiveMinimum), limit(schema.maximum ?? schema.exclusiveMaximum)),
    ...range(schema.minLength, schema.maxLength, " characters"),
    ...range(schema.minItems, schema.maxItems, " items"),
    ...(pattern && !format ? [`/${pattern}/`] : []),
    ...(schema.default === undefined ? [] : [`= ${JSON.stringify(schema.default)}`]),
    ...(isObject(items) && items.enum ? rulesOf(items) : []),
  ];
}

/** A value that the schema allows, as far as its rules can be read; only what is required. */
export function exampleOf(schema: JsonSchema, depth = 0): unknown {
  const { type, properties = {}, required = [], items } = schema;
  const [given] = schema.examples ?? [];
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  const simple = given ?? schema.const ?? schema.default ?? schema.enum?.[0];
  if (simple !== undefined) return simple;
  if (choice) return exampleOf(choice, depth);
  const [first] = [type].flat();
  if (first === "object" || schema.properties) {
    const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
    return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {}, depth + 1)]));
  }
  if (first === "array") return isObject(items) && depth < DEEPEST ? [exampleOf(items, depth + 1)] : [];
  if (first === "integer" || first === "number") return Math.max(limitOf(schema.minimum) ?? 1, 1);
  if (first === "boolean") return true;
  if (first === "null") return null;
  return FORMATS[schema.format ?? ""] ?? "…";
}

const limitOf = (value: number | undefined) => (value !== undefined && Math.abs(value) < 1e9 ? value : undefined);

const FORMATS: Record<string, string> = {
  "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31",
  email: "anna@example.org",
  uuid: "0b8f1f0e-5d9e-4a53-9c1a-2f6d7e8a9b0c",
  uri: "https://example.org",
};
