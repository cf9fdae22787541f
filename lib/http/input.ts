// From a request to checked input; what is rejected is named by place and rule, never repeated.
import type { z } from "zod";
import { AppError, type FieldError } from "../errors";

export const BODY_LIMIT_BYTES = 1_048_576;
/** Of whoever has not shown who they are: to take a longer one apart holds everybody else up. */
export const PUBLIC_BODY_LIMIT_BYTES = 16_384;

/** @throws AppError invalid, with every broken rule by its place */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(input);
  const fields = parsed.success ? unstorableFields(parsed.data) : fieldErrors(parsed.error);
  if (parsed.success && fields.length === 0) return parsed.data;
  throw new AppError("invalid", `The ${what} is not valid.`, { fields });
}

/** Deeper values are nobody's settings: whoever walks through them by recursion would run out of stack. */
const DEEPEST = 32;

/**
 * What PostgreSQL cannot hold as it came, refused here and no failure later: texts with U+0000, halves of surrogate pairs
 * (an audit entry would not be what was signed), and values nested without end.
 */
export function unstorableFields(value: unknown, path = "", depth = 0): FieldError[] {
  if (typeof value === "string") {
    if (value.includes("\0")) return [{ path, message: "must not hold the character U+0000" }];
    return value.isWellFormed() ? [] : [{ path, message: "must not hold half a surrogate pair" }];
  }
  if (typeof value !== "object" || value === null) return [];
  if (depth >= DEEPEST) return [{ path, message: `must not be nested more than ${DEEPEST} levels deep` }];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...unstorableFields(name, path),
    ...unstorableFields(inner, path ? `${path}.${name}` : name, depth + 1),
  ]);
}

/** Zod's own sentences name types and ranges, and the unknown keys of strict objects; none holds a value. */
function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
}

/** Query or form fields as an object; a field given twice becomes a list. One pass: strangers send hundreds of thousands of fields. */
export function fieldsOf(parameters: URLSearchParams): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of parameters) {
    const before = fields.get(name);
    if (before === undefined) fields.set(name, value);
    else if (Array.isArray(before)) before.push(value);
    else fields.set(name, [before, value]);
  }
  return Object.fromEntries(fields);
}

/**
 * The body of a request, as it came and read as JSON or, where that is allowed, a form.
 * @param limit bytes, 1 MiB by default
 * @throws AppError too_large above the limit, bad_request when it cannot be read as what it says it is
 */
export async function readBody(
  request: Request,
  { form = false, limit = BODY_LIMIT_BYTES }: { form?: boolean; limit?: number },
): Promise<{ text: string; value: unknown }> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const text = await readText(request, limit);
  if (form && type === "application/x-www-form-urlencoded") {
    return { text, value: fieldsOf(new URLSearchParams(text)) };
  }
  if (type !== "application/json") {
    throw new AppError("bad_request", "Send the body as application/json, with that Content-Type.");
  }
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    throw new AppError("bad_request", "The body is no valid JSON.");
  }
}

async function readText(request: Request, limit: number): Promise<string> {
  const tooLarge = () => new AppError("too_large", `The body is larger than ${limit} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
