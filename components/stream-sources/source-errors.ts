import type { ActionResult } from "@/lib/http/action";

export const SOURCE_FIELDS = ["name", "url", "username", "password", "interval_seconds"] as const;
export type SourceField = (typeof SOURCE_FIELDS)[number];

export type SourceRefusal =
  | "taken"
  | "channel_taken"
  | `${SourceField}_shape`
  | "changed"
  | "gone"
  | "forbidden"
  | "expired"
  | "conflict"
  | "too_many"
  | "failed";

export type SourceErrors = Partial<Record<SourceField | "form", SourceRefusal>>;

type ActionError = Extract<ActionResult<unknown>, { ok: false }>["error"];

const BY_CODE: Partial<Record<ActionError["code"], SourceRefusal>> = {
  precondition_failed: "changed",
  not_found: "gone",
  forbidden: "forbidden",
  unauthenticated: "expired",
  conflict: "conflict",
  too_many_requests: "too_many",
};

/** Sorts what the server refused by field. @param error undefined when the server did not answer */
export function readSourceErrors(error: ActionError | undefined): SourceErrors {
  const errors: SourceErrors = {};
  for (const field of SOURCE_FIELDS) {
    const broken = error?.fields.find(({ path }) => path === field);
    if (!broken) continue;
    const { rule } = broken;
    errors[field] = rule === "taken" || rule === "channel_taken" ? rule : `${field}_shape`;
  }
  if (Object.keys(errors).length > 0) return errors;
  return { form: (error && BY_CODE[error.code]) ?? "failed" };
}
