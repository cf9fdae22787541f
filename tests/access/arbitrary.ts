// Values by JSON Schema: such that fit, at the edges of what fits, and such that do not.
import fc, { type Arbitrary } from "fast-check";
import type { JsonSchema } from "../../components/docs/json-schema";

/** Values that mean something where they are asked for, by the name of the field. */
export type Known = Readonly<Record<string, readonly string[]>>;

const NASTY = [
  "",
  " ",
  "\0",
  "'; DROP TABLE users; --",
  "%",
  "_\\",
  "../../etc/passwd",
  "null",
  "NaN",
  "-1",
  "1e400",
  "9223372036854775808",
  "2026-02-30",
  "<script>alert(1)</script>",
  "\u202e\ud83d\ude00",
  "\ud800",
  "x".repeat(5_000),
];
const nasty = fc.constantFrom(...NASTY);
const junk: Arbitrary<unknown> = fc.oneof(
  nasty,
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e308, [], {}, [null], { __proto__: 1 }, { $ne: null }),
  fc.jsonValue({ maxDepth: 2 }),
);

const DAY_MS = 86_400_000;
const time = fc.oneof(
  fc.constantFrom("2026-01-31T12:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-03-29", "now"),
  fc.integer({ min: -400, max: 40 }).map((days) => new Date(Date.UTC(2026, 10, 22) + days * DAY_MS).toISOString()),
);

const FORMATS: Record<string, Arbitrary<unknown>> = {
  "date-time": time,
  date: time,
  email: fc.constantFrom("anna@example.org", "a@b.co"),
  uuid: fc.uuid(),
};

function text({ pattern, format, minLength = 0, maxLength = 60 }: JsonSchema): Arbitrary<unknown> {
  const known = FORMATS[format ?? ""];
  if (known) return known;
  const size = { minLength: Math.min(minLength, 2_000), maxLength: Math.min(maxLength, 2_000) };
  const edges = [size.minLength, size.maxLength].map((length) => fc.constant("a1".repeat(1_000).slice(0, length)));
  const plain = fc.oneof(fc.string(size), fc.string({ ...size, unit: "grapheme" }), ...edges);
  // Characters by their properties are too many to be listed for every draw.
  if (!pattern || pattern.includes("\\p{")) return plain;
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    return plain;
  }
}

function number(schema: JsonSchema, broken: number): Arbitrary<unknown> {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const min = Math.max(minimum ?? exclusiveMinimum ?? -1e9, Number.MIN_SAFE_INTEGER);
  const max = Math.max(min, Math.min(maximum ?? exclusiveMaximum ?? 1e9, Number.MAX_SAFE_INTEGER));
  const whole = [type].flat().includes("integer");
  const between = whole
    ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
    : fc.double({ min, max, noNaN: true });
  return fc.oneof(between, fc.constantFrom(min, max, ...(broken > 0 ? [min - 1, max + 1] : [])));
}

/**
 * What fits the schema, with edges that may just not.
 * @param broken how many of 100 parts are exchanged for anything at all
 */
export function valueBy(schema: JsonSchema, known: Known, broken = 0, name = ""): Arbitrary<unknown> {
  const fitting = fittingValue(schema, known, broken, name);
  return broken === 0
    ? fitting
    : fc.oneof({ arbitrary: fitting, weight: 100 - broken }, { arbitrary: junk, weight: broken });
}

function fittingValue(schema: JsonSchema, known: Known, broken: number, name: string): Arbitrary<unknown> {
  const inner = (part: JsonSchema, its = name) => valueBy(part, known, broken, its);
  const choices = schema.anyOf ?? schema.oneOf;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (choices) return fc.oneof(...choices.map((part) => inner(part)));
  const type = [schema.type].flat()[0];
  if (type === "object" || schema.properties) return object(schema, known, broken);
  if (type === "array") {
    const { items } = schema;
    const item = typeof items === "object" ? inner(items) : junk;
    return fc.array(item, { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, 5) });
  }
  if (type === "integer" || type === "number") return number(schema, broken);
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  if (type !== "string") return junk;
  const meant = known[name];
  if (!meant) return text(schema);
  return broken === 0 ? fc.constantFrom(...meant) : fc.oneof(fc.constantFrom(...meant), text(schema));
}

function object(schema: JsonSchema, known: Known, broken: number): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const parts = Object.entries(properties).map(([name, part]) => [name, valueBy(part, known, broken, name)] as const);
  const some = fc.record(Object.fromEntries(parts), {
    requiredKeys: broken === 0 ? required : required.filter((_, index) => index % 2 === 0),
  });
  // All rules at once are seldom kept: half of them have what must be there, and one thing more.
  const few = fc
    .tuple(fc.record(Object.fromEntries(parts)), fc.constantFrom("", ...parts.map(([name]) => name)))
    .map(([all, one]) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => name === one || required.includes(name))),
    );
  const named: Arbitrary<Record<string, unknown>> = fc.oneof(some, few);
  if (typeof additionalProperties !== "object") return named;
  const more = fc.dictionary(fc.string({ maxLength: 8 }), valueBy(additionalProperties, known, broken), { maxKeys: 3 });
  return fc.tuple(named, more).map(([own, other]) => ({ ...other, ...own }));
}
