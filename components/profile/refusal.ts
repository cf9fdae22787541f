import type { ActionResult } from "@/lib/http/action";

/** Refusals that the page has words for (`profile.refused.<rule>`). */
const BY_CODE = {
  too_many_requests: "throttled",
  unauthenticated: "expired",
  not_found: "gone",
  conflict: "conflict",
  forbidden: "forbidden",
} as const;
const FIELDS = ["current_password", "code", "email", "name", "scopes", "expires_at"] as const;

type FieldName = (typeof FIELDS)[number];
type Rule = FieldName | "email_taken" | (typeof BY_CODE)[keyof typeof BY_CODE] | "failed";

/** What was refused: at which field, or of all of it. */
export interface ProfileErrors {
  field?: FieldName;
  rule?: Rule;
  /** Seconds to wait, with `throttled`. */
  seconds?: number;
}

type ActionError = Extract<ActionResult<unknown>, { ok: false }>["error"];

/** Sorts what the server refused. @param error undefined when the server did not answer */
export function readProfileErrors(error: ActionError | undefined): ProfileErrors {
  for (const { path, rule } of error?.fields ?? []) {
    const field = FIELDS.find((name) => name === path.split(".")[0]);
    if (field) return { field, rule: field === "email" && rule === "taken" ? "email_taken" : field };
  }
  const seconds = Math.ceil(error?.retryAfterSeconds ?? 60);
  const rule = Object.entries(BY_CODE).find(([code]) => code === error?.code)?.[1];
  return { rule: rule ?? "failed", ...(rule === "throttled" && { seconds }) };
}
