// Signing out: ends the sign-in that asks, whole.
import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import type { Actor } from "./permissions";
import { type Client, hashOf, revokeSession, revokeSignIn } from "./sessions";

/** Ends the actor's own session, with the refresh tokens beside it. Open to everyone, also before a forced password change. */
export async function closeSession(actor: Actor, now = new Date()): Promise<void> {
  const id = actor.sessionId;
  if (!id) return;
  await prisma().$transaction(async (transaction) => {
    await revokeSession(transaction, id, now);
    await appendAudit(transaction, actor, { eventType: "logout" });
  });
}

/**
 * Ends the sign-in to which a refresh token belongs: for clients whose access token is over.
 * @returns whether there was anything to end
 */
export async function closeFamily(refreshToken: string, client: Client, now = new Date()): Promise<boolean> {
  const token = await prisma().refreshToken.findUnique({
    where: { tokenHash: hashOf(refreshToken) },
    select: { familyId: true, userId: true, user: { select: { login: true } } },
  });
  if (!token) return false;
  const { familyId: id, userId, user } = token;
  return prisma().$transaction(async (transaction) => {
    if (!(await revokeSignIn(transaction, { userId, id }, now))) return false;
    const actor = { login: user.login, userId, sessionId: null, ip: client.ip, userAgent: client.userAgent };
    await appendAudit(transaction, actor, { eventType: "logout" });
    return true;
  });
}
