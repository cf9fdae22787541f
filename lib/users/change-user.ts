// One change of one account with all that follows from it: guard, sessions, feed and audit log, in one transaction.
import { appendActivity } from "../activity/append";
import { type AuditEntry, appendAudit } from "../audit/append";
import { type Prisma, prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { requireMatch } from "../etag";
import { lockUsers, requireOtherAdmin } from "./last-admin";
import type { Actor, Role } from "./permissions";
import { editableOf, findUser } from "./queries";
import type { User, UserStatus } from "./schema";
import { clearSecondFactor } from "./second-factor";
import { revokeSessionsOf } from "./sessions";
import { diffOf, statusEvent } from "./user-changes";

/** What becomes of an account; what is left out stays. */
export interface AccountChange {
  email?: string | null;
  role?: Role;
  status?: UserStatus;
  /** Why it was rejected. */
  reason?: string | null;
  passwordHash?: string;
  mustChangePassword?: boolean;
  secondFactor?: "clear";
  sessions?: "end";
}

export interface ChangeOptions {
  /** The entity tag under which the user was read; null overwrites whatever is there. */
  ifMatch?: string | null;
  now?: Date;
}

/**
 * Makes the change that `plan` makes of the user as it stands, locked. Role, status and password end all sessions of the
 * user, a password all API tokens, too.
 * @throws AppError not_found, precondition_failed, conflict (last administrator, own account, e-mail taken), and what `plan` throws
 */
export async function changeUser(
  actor: Actor,
  login: string,
  { plan, ifMatch, now = new Date() }: ChangeOptions & { plan(user: User): AccountChange },
): Promise<User> {
  return prisma().$transaction(async (transaction) => {
    await lockUsers(transaction);
    const user = await findUser(transaction, login, { lock: true });
    requireMatch(ifMatch, editableOf(user));
    const change = plan(user);
    const next = { email: user.email, role: user.role, status: user.status, ...definedOf(change) };
    if (next.role !== "admin" || next.status !== "active") await requireOtherAdmin(transaction, user);
    requireNotOwn(actor, user, { ...change, role: next.role, status: next.status });
    if (next.email !== user.email) await requireFreeEmail(transaction, next.email, user.id);
    const entries = await write(transaction, actor, { user, change, next, now });
    const after = await findUser(transaction, login);
    for (const entry of entries) await appendAudit(transaction, actor, entry);
    return after;
  });
}

interface Next {
  email: string | null;
  role: Role;
  status: UserStatus;
}

function definedOf({ email, role, status }: AccountChange): Partial<Next> {
  return { ...(email !== undefined && { email }), ...(role && { role }), ...(status && { status }) };
}

/** Whoever takes their own rights or password away has mostly taken the wrong row; what is meant has its own page. */
export function requireNotOwn(actor: Actor, user: User, change: AccountChange | "delete"): void {
  if (actor.userId !== user.id) return;
  const harmless =
    change !== "delete" &&
    change.role === user.role &&
    change.status === user.status &&
    change.passwordHash === undefined &&
    change.secondFactor === undefined;
  if (harmless) return;
  const message =
    "This is your own account: another administrator has to do that. Your password and second factor are changed in your profile.";
  throw new AppError("conflict", message, { fields: [{ path: "login", message, rule: "own_account" }] });
}

/** @throws AppError conflict */
export async function requireFreeEmail(transaction: Transaction, email: string | null, except?: string): Promise<void> {
  if (email === null) return;
  const taken = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM users WHERE lower(email COLLATE "C") = lower(${email} COLLATE "C") AND id IS DISTINCT FROM ${except ?? null}::uuid`;
  if (taken.length === 0) return;
  const message = "Another user has this e-mail address.";
  throw new AppError("conflict", message, { fields: [{ path: "email", message, rule: "taken" }] });
}

interface Written {
  user: User;
  change: AccountChange;
  next: Next;
  now: Date;
}

async function write(transaction: Transaction, actor: Actor, written: Written): Promise<AuditEntry[]> {
  const { user, change, next, now } = written;
  const event = statusEvent(user.login, user.status, next.status);
  const decided = event === "user_approved" || event === "user_rejected";
  const { passwordHash, mustChangePassword } = change;
  await transaction.user.update({
    where: { id: user.id },
    data: {
      ...next,
      ...(passwordHash !== undefined && { passwordHash, mustChangePassword: mustChangePassword ?? false }),
      ...(decided && { decidedAt: now, decidedBy: actor.login, rejectionReason: change.reason ?? null }),
      updatedAt: now,
    },
  });
  if (change.secondFactor === "clear") await clearSecondFactor(transaction, user.id);
  if (passwordHash !== undefined) await revokeTokensOf(transaction, user.id, now);
  const ends =
    event !== undefined || next.role !== user.role || passwordHash !== undefined || change.sessions === "end";
  const ended = ends ? await revokeSessionsOf(transaction, { userId: user.id, except: own(actor, user) }, now) : 0;
  if (decided) await tellDecision(transaction, actor, { user, event, reason: change.reason ?? null });
  return auditEntries(written, event, ended);
}

/** A password is reset when somebody else may know it, and whoever was in may have made a token to come back. */
async function revokeTokensOf(transaction: Transaction, userId: string, now: Date): Promise<void> {
  await transaction.apiToken.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: now } });
}

/** Who signs out everywhere but here still sees that it worked. */
const own = (actor: Actor, user: User): string | null => (actor.userId === user.id ? actor.sessionId : null);

function auditEntries({ user, change, next }: Written, event: string | undefined, ended: number): AuditEntry[] {
  const { email, role, status } = diffOf({ email: user.email, role: user.role, status: user.status as string }, next);
  const kinds: [eventType: string | undefined | false, details: Prisma.InputJsonObject][] = [
    [event, { ...(status && { status }), ...(change.reason && { reason: change.reason }) }],
    [Boolean(email || role) && "user_updated", { ...(email && { email }), ...(role && { role }) }],
    [
      change.passwordHash !== undefined && "user_password_reset",
      { password: "changed", must_change_password: change.mustChangePassword ?? false },
    ],
    [change.secondFactor === "clear" && "user_second_factor_reset", {}],
    [change.sessions === "end" && "user_sessions_ended", {}],
  ];
  const target = { kind: "user", id: user.id, name: user.login };
  return kinds.flatMap(([eventType, details]) =>
    eventType ? [{ eventType, target, details: { ...details, ...(ended > 0 && { ended_sessions: ended }) } }] : [],
  );
}

interface Decision {
  user: User;
  event: "user_approved" | "user_rejected";
  reason: string | null;
}

/** The feed is read by everyone: no address, and no reason. */
async function tellDecision(transaction: Transaction, actor: Actor, { user, event }: Decision): Promise<void> {
  await appendActivity(transaction, {
    type: event,
    severity: "info",
    message: `${actor.login} ${event === "user_approved" ? "approved" : "rejected"} the account of ${user.login}`,
    actor: { login: actor.login, email: actor.email },
    target: { kind: "user", id: user.id, name: user.login },
  });
}
