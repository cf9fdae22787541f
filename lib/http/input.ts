// From a request to checked input; what is rejected is named by place and rule, never repeated.
import type { z } from "zod";
import { AppError, type FieldError } from "../errors";
import type { AskedRequest } from "./asked";

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
export function unstorableFields(value: unknown): FieldError[] {
  const found: FieldError[] = [];
  findUnstorable(value, { path: "", depth: 0, found });
  return found;
}

// One list for all: this runs for every request.
function findUnstorable(value: unknown, { path, depth, found }: { path: string; depth: number; found: FieldError[] }) {
  if (typeof value === "string") {
    if (value.includes("\0")) found.push({ path, message: "must not hold the character U+0000" });
    else if (!value.isWellFormed()) found.push({ path, message: "must not hold half a surrogate pair" });
  }
  if (typeof value !== "object" || value === null) return;
  if (depth >= DEEPEST) {
    found.push({ path, message: `must not be nested more than ${DEEPEST} levels deep` });
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    findUnstorable(name, { path, depth, found });
    findUnstorable(inner, { path: path ? `${path}.${name}` : name, depth: depth + 1, found });
  }
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

/** What forms with files are sent as. */
export const MULTIPART_TYPE = "multipart/form-data";

interface Reading {
  /** Whether the body may be `application/x-www-form-urlencoded`. */
  form?: boolean;
  /** Whether it may be `multipart/form-data`, with text files. */
  multipart?: boolean;
  /** Whether there may be none. */
  optional?: boolean;
  /** Bytes, 1 MiB by default. */
  limit?: number;
}

/**
 * The body of a request, read as JSON or, where that is allowed, a form; and as a text that is the same for the same body.
 * @throws AppError too_large above the limit, bad_request when it cannot be read as what it says it is
 */
export async function readBody(
  request: AskedRequest,
  { form = false, multipart = false, optional = false, limit = BODY_LIMIT_BYTES }: Reading,
): Promise<{ text: string; value: unknown }> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const bytes = await readBytes(request, limit);
  if (multipart && type === MULTIPART_TYPE) {
    const value = await multipartFields(bytes, request.headers.get("content-type") ?? "");
    return { text: JSON.stringify(value), value };
  }
  const text = bytes.toString("utf8");
  if (optional && text === "") return { text, value: undefined };
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

/** Fields as they are, files as their text; of what is given twice, the last. @throws AppError bad_request */
async function multipartFields(bytes: Buffer, type: string): Promise<Record<string, string>> {
  const body = new Uint8Array(bytes);
  const form = await new Response(body, { headers: { "content-type": type } }).formData().catch(() => {
    throw new AppError("bad_request", "The body is no valid multipart form.");
  });
  const fields = [...form].map(async ([name, value]) => [name, typeof value === "string" ? value : await value.text()]);
  return Object.fromEntries(await Promise.all(fields));
}

async function readBytes(request: AskedRequest, limit: number): Promise<Buffer> {
  const tooLarge = () => new AppError("too_large", `The body is larger than ${limit} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
