import type { ActionResult } from "@/lib/http/action";

/** Rules that a new password can break and that the page has words for (`password.<rule>`). */
export const RULES = [
  "wrong",
  "same",
  "mismatch",
  "too_short",
  "too_long",
  "no_letter",
  "no_digit",
  "is_login",
  "common",
  "other",
] as const;
type Rule = (typeof RULES)[number];

/** Which sentences to show at which field; `form` concerns all of it. */
export interface PasswordErrors {
  current?: Rule[];
  next?: Rule[];
  repeat?: Rule[];
  form?: "missing" | "throttled" | "expired" | "failed";
  seconds?: number;
}

type Refusal = Extract<ActionResult<unknown>, { ok: false }>["error"];

/** Sorts what the server refused by field. @param error undefined when the server did not answer */
export function readErrors(error: Refusal | undefined): PasswordErrors {
  if (error?.code === "too_many_requests") {
    return { form: "throttled", ...(error.retryAfterSeconds && { seconds: Math.ceil(error.retryAfterSeconds) }) };
  }
  if (error?.code === "unauthenticated") return { form: "expired" };
  const of = (path: string) =>
    (error?.fields ?? []).filter((field) => field.path === path).map((field) => asRule(field.rule));
  const current = of("current_password");
  const next = of("new_password");
  if (current.length + next.length === 0) return { form: "failed" };
  return { ...(current.length > 0 && { current }), ...(next.length > 0 && { next }) };
}

function asRule(rule: string | undefined): Rule {
  return RULES.find((known) => known === rule) ?? "other";
}
