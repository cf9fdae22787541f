// Errors as clients see them: application/problem+json (RFC 9457), without anything of our insides.
import { z } from "zod";
import { AppError, type ErrorCode } from "../errors";

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  /** Path that was asked for. */
  instance: z.string(),
  /** Stable name to decide by. */
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string(), rule: z.string().optional() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

const TITLES: Record<ErrorCode | "internal", string> = {
  bad_request: "Bad request",
  unauthenticated: "Not signed in",
  otp_required: "Second factor required",
  forbidden: "Not allowed",
  password_change_required: "Password change required",
  totp_enrolment_required: "Second factor not set up",
  not_found: "Not found",
  conflict: "Conflict",
  idempotency_under_way: "Under way already",
  idempotency_answer_withheld: "Answered already",
  precondition_failed: "Changed meanwhile",
  too_large: "Too large",
  invalid: "Not valid",
  idempotency_key_reused: "Idempotency-Key of another request",
  too_many_requests: "Too many requests",
  unavailable: "Not available",
  internal: "Internal error",
};

/** The expected refusal that an error stands for, or null for what nobody expected. */
export function asAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (!isDatabaseAway(error)) return null;
  return new AppError("unavailable", "The database does not answer; try again shortly.", { retryAfterSeconds: 5 });
}

/**
 * The answer for an error: an `AppError` in full, anything else as a 500 that says nothing.
 * @param instance path that was asked for, without the query
 */
export function toProblem(error: unknown, instance: string): Response {
  const known = asAppError(error);
  const code = known?.code ?? "internal";
  const status = known?.status ?? 500;
  const problem: Problem = {
    type: `urn:dozor:problem:${code}`,
    title: TITLES[code],
    status,
    ...(known && { detail: known.message }),
    instance,
    code,
    ...(known && known.fields.length > 0 && { errors: known.fields }),
  };
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (known?.retryAfterSeconds !== undefined) headers.set("retry-after", String(known.retryAfterSeconds));
  if (status === 401) headers.set("www-authenticate", "Bearer");
  return new Response(JSON.stringify(problem), { status, headers });
}

/** P2028: no connection, or no lock, was free for a transaction in time. */
const AWAY_CODES =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|57P0[123]|53300|08\w{3}|P1001|P1002|P1017|P2024|P2028)$/;
const AWAY_MESSAGES = /connection terminated|timeout exceeded when trying to connect|server closed the connection/i;

/** Whether an error, or one it was caused by, says that our database cannot be reached right now. */
function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 3) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const noSocket = code === "ENOENT" && syscall === "connect";
  const away = noSocket || AWAY_CODES.test(code ?? "") || AWAY_MESSAGES.test(error.message);
  return away || isDatabaseAway(error.cause, depth + 1);
}
