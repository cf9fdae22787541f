// Signing in and out: the only ways to begin and end a session.
import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import { AppError } from "../errors";
import { DUMMY_HASH, verifyPassword } from "./password";
import type { Actor } from "./permissions";
import { type Credentials, loginSchema } from "./schema";
import { type Client, createSession, revokeSession, type SessionKind } from "./sessions";
import { accountKey, addressKey, giveBackAttempt, type Limit, takeAttempt } from "./throttle";

const ATTEMPTS_PER_MINUTE = 5;

export interface OpenedSession {
  id: string;
  /** Goes into the cookie or to the API client, and nowhere else. */
  secret: string;
  expiresAt: Date;
  userId: string;
  login: string;
  mustChangePassword: boolean;
}

const limitsOf = (login: string, { ip }: Client): Limit[] => [
  ...(ip ? [{ key: addressKey("sign_in", ip), attempts: ATTEMPTS_PER_MINUTE }] : []),
  { key: accountKey("sign_in", login), attempts: ATTEMPTS_PER_MINUTE },
];

/**
 * Begins a session for whoever knows the password. Five failures a minute per account and per address.
 * @throws AppError unauthenticated (the same for an unknown login and a wrong password, after the same time),
 *   forbidden (right password, but the account is not active), too_many_requests
 */
export async function openSession(
  { username, password }: Credentials,
  { kind, client }: { kind: SessionKind; client: Client },
  now = new Date(),
): Promise<OpenedSession> {
  const limits = limitsOf(username, client);
  await takeAttempt(limits, now);
  const user = await prisma().user.findUnique({ where: { login: username } });
  const matches = await verifyPassword(password, user?.passwordHash ?? DUMMY_HASH);
  if (!user || !matches || user.status !== "active") {
    await noteFailure({ login: username, userId: user?.id ?? null, reason: failureReason(user, matches) }, client);
    if (user && matches) throw new AppError("forbidden", `This account is ${user.status}; ask an administrator.`);
    throw new AppError("unauthenticated", "Login or password is not right.");
  }
  const opened = await prisma().$transaction(async (transaction) => {
    // Whoever changed or blocked the account meanwhile has ended its sessions; none may begin behind that.
    const still = { id: user.id, passwordHash: user.passwordHash, status: "active" };
    const { count } = await transaction.user.updateMany({ where: still, data: { lastLoginAt: now } });
    if (count === 0) throw new AppError("unauthenticated", "The account has just changed; sign in again.");
    const session = await createSession(transaction, { userId: user.id, kind, client }, now);
    const actor = { login: user.login, userId: user.id, sessionId: session.id, ...client };
    await appendAudit(transaction, actor, { eventType: "login_success", details: { kind } });
    return session;
  });
  await giveBackAttempt(limits);
  return { ...opened, userId: user.id, login: user.login, mustChangePassword: user.mustChangePassword };
}

function failureReason(user: { status: string } | null, matches: boolean): string {
  if (!user) return "unknown_login";
  return matches ? user.status : "wrong_password";
}

async function noteFailure(
  { login, userId, reason }: { login: string; userId: string | null; reason: string },
  client: Client,
): Promise<void> {
  // What is no login may well be a password in the wrong field.
  const shown = loginSchema.safeParse(login).success ? login : null;
  await prisma().$transaction((transaction) =>
    appendAudit(
      transaction,
      { login: shown, userId, sessionId: null, ...client },
      { eventType: "login_failed", details: { reason } },
    ),
  );
}

/** Ends the actor's own session. Open to everyone, also before a forced password change. */
export async function closeSession(actor: Actor, now = new Date()): Promise<void> {
  const id = actor.sessionId;
  if (!id) return;
  await prisma().$transaction(async (transaction) => {
    await revokeSession(transaction, id, now);
    await appendAudit(transaction, actor, { eventType: "logout" });
  });
}
