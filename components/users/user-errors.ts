import type { ActionResult } from "@/lib/http/action";

/** Broken rules that the page has words for (`users.refused.<rule>`). */
export const REFUSALS = [
  "login_taken",
  "login_shape",
  "email_taken",
  "email_shape",
  "last_admin",
  "own_account",
  "decided",
  "changed",
  "gone",
  "forbidden",
  "expired",
  "failed",
] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface UserErrors {
  login?: Refusal;
  email?: Refusal;
  form?: Refusal;
}

type ActionError = Extract<ActionResult<unknown>, { ok: false }>["error"];

const BY_CODE: Partial<Record<ActionError["code"], Refusal>> = {
  precondition_failed: "changed",
  conflict: "decided",
  not_found: "gone",
  forbidden: "forbidden",
  unauthenticated: "expired",
};

/** Sorts what the server refused by field. @param error undefined when the server did not answer */
export function readUserErrors(error: ActionError | undefined): UserErrors {
  const errors: UserErrors = {};
  for (const { path, rule } of error?.fields ?? []) {
    const known = REFUSALS.find((name) => name === rule);
    if (known) errors.form = known;
    else if (path === "login" || path === "email") errors[path] = rule === "taken" ? `${path}_taken` : `${path}_shape`;
  }
  if (errors.login || errors.email || errors.form) return errors;
  return { form: (error && BY_CODE[error.code]) ?? "failed" };
}
