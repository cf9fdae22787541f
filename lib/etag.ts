// Which state of an object somebody has seen, so that nobody overwrites a change that they have not.
import { createHash } from "node:crypto";
import { AppError } from "./errors";

/** The entity tag of a value as its JSON says it: the same for equal values, in quotes as HTTP wants it. */
export function etagOf(value: unknown): string {
  const digest = createHash("sha256")
    .update(JSON.stringify(value) ?? "")
    .digest("base64url");
  return `"${digest.slice(0, 27)}"`;
}

/**
 * Whether a header of entity tags (`If-Match`, `If-None-Match`) names this one. A proxy that compresses marks our tags as weak
 * (`W/`) on their way out; they stand for the same value.
 */
export function namesTag(header: string, tag: string): boolean {
  return header.split(",").some((given) => ["*", tag].includes(given.trim().replace(/^W\//, "")));
}

/**
 * Holds `If-Match` against the value as it is now. Ask inside the transaction, with the row locked.
 * @param ifMatch the header; null, for whoever overwrites blindly, and `*` pass
 * @throws AppError precondition_failed
 */
export function requireMatch(ifMatch: string | null | undefined, value: unknown): void {
  if (ifMatch === null || ifMatch === undefined || namesTag(ifMatch, etagOf(value))) return;
  throw new AppError("precondition_failed", "Somebody changed this meanwhile; read it again and repeat your change.");
}
