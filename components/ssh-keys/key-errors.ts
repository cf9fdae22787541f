import type { ActionResult } from "@/lib/http/action";

/** Rules of fields that the page has words for (`sshKeys.refused.<rule>`). */
const RULES = [
  "taken",
  "duplicate",
  "not_a_key",
  "public_key",
  "passphrase_needed",
  "passphrase_wrong",
  "unsupported",
  "too_weak",
] as const;
const FIELDS = ["name", "description", "private_key", "passphrase"] as const;
type Field = (typeof FIELDS)[number];

export type KeyRefusal =
  | (typeof RULES)[number]
  | `${Field}_shape`
  | "in_use"
  | "changed"
  | "gone"
  | "forbidden"
  | "expired"
  | "failed";

export interface KeyErrors extends Partial<Record<Field | "form", KeyRefusal>> {
  /** What the refusal is about: the twin of a key, or the servers that use it. */
  names: readonly string[];
}

export const NO_ERRORS: KeyErrors = { names: [] };

type ActionError = Extract<ActionResult<unknown>, { ok: false }>["error"];

const BY_CODE: Partial<Record<ActionError["code"], KeyRefusal>> = {
  precondition_failed: "changed",
  not_found: "gone",
  forbidden: "forbidden",
  unauthenticated: "expired",
};

/** Sorts what the server refused by field. @param error undefined when the server did not answer */
export function readKeyErrors(error: ActionError | undefined): KeyErrors {
  const fields = error?.fields ?? [];
  const names = fields.flatMap(({ path }) => /^(?:twin|servers)\.(.*)$/s.exec(path)?.[1] ?? []);
  const errors: KeyErrors = { names };
  for (const field of FIELDS) {
    const broken = fields.find(({ path }) => path === field);
    if (broken) errors[field] = RULES.find((rule) => rule === broken.rule) ?? `${field}_shape`;
  }
  if (FIELDS.some((field) => errors[field])) return errors;
  const inUse = fields.some(({ rule }) => rule === "in_use");
  return { ...errors, form: inUse ? "in_use" : ((error && BY_CODE[error.code]) ?? "failed") };
}
