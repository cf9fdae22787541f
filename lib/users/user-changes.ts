// What a change asked of a user amounts to: pure.
import { AppError } from "../errors";
import type { UserChanges, UserStatus } from "./schema";

/**
 * The status that a change asks for. A client may send back all that it read with one thing changed, so of `status` and
 * `is_active` the one that differs from the present speaks.
 * @throws AppError invalid where both differ and contradict each other
 */
export function wantedStatus(now: UserStatus, { status = now, is_active }: UserChanges): UserStatus {
  if (is_active === undefined || is_active === (status === "active")) return status;
  if (status === now) return is_active ? "active" : "blocked";
  if (is_active === (now === "active")) return status;
  const message = "Status and is_active contradict each other: send one of them.";
  throw new AppError("invalid", message, { fields: [{ path: "is_active", message, rule: "contradiction" }] });
}

/** A turn of a user's status, as the audit log names it. */
export type StatusEvent = "user_blocked" | "user_unblocked" | "user_approved" | "user_rejected";

const EVENTS: Partial<Record<`${UserStatus}-${UserStatus}`, StatusEvent>> = {
  "active-blocked": "user_blocked",
  "blocked-active": "user_unblocked",
  "pending-active": "user_approved",
  "rejected-active": "user_approved",
  "pending-rejected": "user_rejected",
};

/**
 * The way from one status to another; undefined where nothing changes.
 * @throws AppError conflict where no way leads: an applicant is approved or rejected, nothing else
 */
export function statusEvent(login: string, from: UserStatus, to: UserStatus): StatusEvent | undefined {
  if (from === to) return undefined;
  const event = EVENTS[`${from}-${to}`];
  if (event) return event;
  const message = `${login} is ${from}, and cannot become ${to}.`;
  throw new AppError("conflict", message, { fields: [{ path: "status", message, rule: "decided" }] });
}

/** What differs, old and new by field. */
export function diffOf<Fields extends Record<string, string | null>>(
  before: Fields,
  after: Fields,
): Partial<Record<keyof Fields, { old: string | null; new: string | null }>> {
  const changed = Object.keys(before).filter((key) => before[key] !== after[key]);
  const entries = changed.map((key) => [key, { old: before[key] ?? null, new: after[key] ?? null }]);
  return Object.fromEntries(entries);
}

/**
 * Why an account that is not active lets nobody in. Only for whoever gave the right password.
 * @returns the refusal; its field `status` carries the status as rule, `reason` the administrator's words, for pages with words of their own
 */
export function statusRefusal(account: { status: string; rejectionReason: string | null }): AppError {
  const { status } = account;
  const reason = status === "rejected" ? account.rejectionReason : null;
  const message = `This account is ${status}; ask an administrator.`;
  const fields = [{ path: "status", message, rule: status }, ...(reason ? [{ path: "reason", message: reason }] : [])];
  return new AppError("forbidden", reason ? `${message} Reason: ${reason}` : message, { fields });
}
