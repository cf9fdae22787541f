// Everything administrators do with accounts.
import { appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { requireMatch } from "../etag";
import { type ChangeOptions, changeUser, requireFreeEmail, requireNotOwn } from "./change-user";
import { hashGoodPassword } from "./good-password";
import { lockUsers, requireOtherAdmin } from "./last-admin";
import { oneTimePassword } from "./one-time-password";
import { type Actor, type Role, requirePermission } from "./permissions";
import { editableOf, findUser } from "./queries";
import type { CreatedUser, CreateUser, User, UserChanges, UserStatus } from "./schema";
import { revokeSessionsOf } from "./sessions";
import { wantedStatus } from "./user-changes";

/**
 * Makes an account, active at once unless asked otherwise.
 * @returns the user; with the password, this once, where it was generated here
 * @throws AppError unauthenticated, forbidden, invalid (password rules), conflict (login or e-mail taken, case aside)
 */
export async function createUser(actor: Actor | null, input: CreateUser): Promise<CreatedUser> {
  requirePermission(actor, "users:manage");
  const { login, email, role, is_active, password = oneTimePassword() } = input;
  const generated = input.password === undefined;
  const passwordHash = await hashGoodPassword(password, login);
  const status: UserStatus = is_active ? "active" : "blocked";
  const user = await prisma().$transaction(async (transaction) => {
    await lockUsers(transaction);
    await requireFreeLogin(transaction, login);
    await requireFreeEmail(transaction, email);
    const mustChangePassword = generated || input.must_change_password;
    await transaction.user.create({ data: { login, email, role, status, passwordHash, mustChangePassword } });
    const created = await findUser(transaction, login);
    const target = { kind: "user", id: created.id, name: login };
    await appendAudit(transaction, actor, { eventType: "user_created", target, details: { role, status, email } });
    return created;
  });
  return { ...user, ...(generated && { password }) };
}

/** Holds logins apart that differ in case only: people would take one for the other. @throws AppError conflict */
async function requireFreeLogin(transaction: Transaction, login: string): Promise<void> {
  const [taken] = await transaction.$queryRaw<{ login: string }[]>`
    SELECT login FROM users WHERE lower(login COLLATE "C") = lower(${login} COLLATE "C")`;
  if (!taken) return;
  const message =
    taken.login === login ? "This login is taken." : `This login is taken: ${taken.login} differs in case only.`;
  throw new AppError("conflict", message, { fields: [{ path: "login", message, rule: "taken" }] });
}

/**
 * Changes any part of an account. A new role, status or password ends all sessions of the user at once.
 * @throws AppError unauthenticated, forbidden, not_found, precondition_failed, invalid,
 *   conflict (e-mail taken, last active administrator, own role or status or password, no such turn of the status)
 */
export async function updateUser(
  actor: Actor | null,
  login: string,
  changes: UserChanges,
  options: ChangeOptions = {},
): Promise<User> {
  requirePermission(actor, "users:manage");
  const { email, role, password, must_change_password: mustChangePassword } = changes;
  if ([changes.login, changes.username].some((name) => name !== undefined && name !== login)) {
    const message = "Login: it stays as it is; make another account instead.";
    throw new AppError("invalid", message, { fields: [{ path: "login", message, rule: "fixed" }] });
  }
  const hash = password === undefined ? undefined : await hashGoodPassword(password, login);
  // The status may be an approval, the rest is an update: changeUser writes the audit entry of each.
  return changeUser(actor, login, {
    ...options,
    plan: (user) => ({
      ...(email !== undefined && { email }),
      ...(role && { role }),
      status: wantedStatus(user.status, changes),
      ...(hash !== undefined && { passwordHash: hash, mustChangePassword: mustChangePassword ?? false }),
    }),
  });
}

/**
 * Deletes an account with its sessions and tokens; what it did stays in the audit log.
 * @throws AppError unauthenticated, forbidden, not_found, precondition_failed, conflict (last active administrator, own account)
 */
export async function deleteUser(
  actor: Actor | null,
  login: string,
  { ifMatch, now = new Date() }: ChangeOptions = {},
): Promise<void> {
  requirePermission(actor, "users:manage");
  await prisma().$transaction(async (transaction) => {
    await lockUsers(transaction);
    const user = await findUser(transaction, login, { lock: true });
    requireMatch(ifMatch, editableOf(user));
    await requireOtherAdmin(transaction, user);
    requireNotOwn(actor, user, "delete");
    const { id, email, role, status } = user;
    const ended = await revokeSessionsOf(transaction, { userId: id }, now);
    await transaction.user.delete({ where: { id } });
    const target = { kind: "user", id, name: login };
    const details = { email, role, status, ended_sessions: ended };
    await appendAudit(transaction, actor, { eventType: "user_deleted", target, details });
  });
}

/** Ends all sessions of an active user and lets none begin. @throws AppError as `updateUser`; conflict where it is not active */
export async function blockUser(actor: Actor | null, login: string, options?: ChangeOptions): Promise<User> {
  requirePermission(actor, "users:manage");
  return turn(actor, login, { ...options, from: ["active"], status: "blocked" }); // audit: user_blocked
}

/** Lets a blocked user in again. @throws AppError as `updateUser`; conflict where it is not blocked */
export async function unblockUser(actor: Actor | null, login: string, options?: ChangeOptions): Promise<User> {
  requirePermission(actor, "users:manage");
  return turn(actor, login, { ...options, from: ["blocked"], status: "active" }); // audit: user_unblocked
}

/**
 * Lets an applicant in, in the role given or the one asked for; also one who was rejected before.
 * @throws AppError as `updateUser`; conflict where it is decided already
 */
export async function approveUser(
  actor: Actor | null,
  login: string,
  options: ChangeOptions & { role?: Role } = {},
): Promise<User> {
  requirePermission(actor, "users:manage");
  return turn(actor, login, { ...options, from: ["pending", "rejected"], status: "active" }); // audit: user_approved
}

/**
 * Turns an applicant down.
 * @param reason told to the applicant after a correct password; at most 500 characters
 * @throws AppError as `updateUser`; conflict where it is decided already
 */
export async function rejectUser(
  actor: Actor | null,
  login: string,
  options: ChangeOptions & { reason?: string | null } = {},
): Promise<User> {
  requirePermission(actor, "users:manage");
  return turn(actor, login, { ...options, from: ["pending"], status: "rejected" }); // audit: user_rejected
}

interface Turn extends ChangeOptions {
  from: readonly UserStatus[];
  status: UserStatus;
  role?: Role;
  reason?: string | null;
}

async function turn(actor: Actor, login: string, { from, status, role, reason, ...options }: Turn): Promise<User> {
  const plan = (user: User) => {
    if (from.includes(user.status)) return { status, ...(role && { role }), ...(reason && { reason }) };
    const message = `${login} is ${user.status}, not ${from.join(" or ")}; look at the list again.`;
    throw new AppError("conflict", message, { fields: [{ path: "status", message, rule: "decided" }] });
  };
  return changeUser(actor, login, { ...options, plan });
}

/** What else a new password may mend. */
export interface ResetOptions extends ChangeOptions {
  /** Makes a blocked account active again. */
  unblock?: boolean;
  /** Takes the second factor away as well, for whoever lost the device. */
  clearSecondFactor?: boolean;
}

/**
 * Gives an account a generated password for one sign-in and ends all of its sessions.
 * @returns the user with the password, this once
 * @throws AppError unauthenticated, forbidden, not_found, conflict for the own account
 */
export async function resetPassword(
  actor: Actor | null,
  login: string,
  { unblock, clearSecondFactor, ...options }: ResetOptions = {},
): Promise<User & { password: string }> {
  requirePermission(actor, "users:manage");
  const password = oneTimePassword();
  const passwordHash = await hashGoodPassword(password, login);
  // audit: user_password_reset
  const user = await changeUser(actor, login, {
    ...options,
    plan: (user) => ({
      passwordHash,
      mustChangePassword: true,
      ...(unblock && user.status === "blocked" && { status: "active" as const }),
      ...(clearSecondFactor && { secondFactor: "clear" as const }),
    }),
  });
  return { ...user, password };
}

/** Takes away a second factor that its owner has lost. @throws AppError unauthenticated, forbidden, not_found, conflict for the own account */
export async function resetSecondFactor(actor: Actor | null, login: string, options?: ChangeOptions): Promise<User> {
  requirePermission(actor, "users:manage");
  return changeUser(actor, login, { ...options, plan: () => ({ secondFactor: "clear" }) }); // audit: user_second_factor_reset
}

/** Signs a user out everywhere; the actor's own session goes on. @throws AppError unauthenticated, forbidden, not_found */
export async function endSessions(actor: Actor | null, login: string, options?: ChangeOptions): Promise<User> {
  requirePermission(actor, "users:manage");
  return changeUser(actor, login, { ...options, plan: () => ({ sessions: "end" }) }); // audit: user_sessions_ended
}
