import type { ActionResult } from "@/lib/http/action";

const KNOWN = ["forbidden", "not_found", "conflict", "too_many_requests"] as const;

/** Why a control of a channel did nothing, as the texts name it. */
export function refusalOf(answer: ActionResult<unknown> | null): (typeof KNOWN)[number] | "failed" {
  return KNOWN.find((code) => answer?.ok === false && answer.error.code === code) ?? "failed";
}
