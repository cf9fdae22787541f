import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import { env } from "../env";
import { AppError } from "../errors";
import { hashPassword, validatePassword, verifyPassword } from "./password";
import { type Actor, requireActor } from "./permissions";
import type { ChangePassword } from "./schema";
import { revokeSessionsOf } from "./sessions";
import { accountKey, giveBackAttempt, takeAttempt } from "./throttle";

/**
 * Changes the actor's own password, forced or not, and ends all of their other sessions.
 * @throws AppError unauthenticated, invalid (current password wrong, or rules broken by the new one), too_many_requests
 */
export async function changePassword(
  actor: Actor | null,
  input: ChangePassword,
  now = new Date(),
): Promise<{ ended_sessions: number }> {
  requireActor(actor);
  const { userId } = actor;
  if (!userId) throw new AppError("forbidden", "Only people have a password.");
  await requireCurrentPassword(actor, input.current_password, now);
  await requireGoodPassword(actor, input);
  const passwordHash = await hashPassword(input.new_password);
  return prisma().$transaction(async (transaction) => {
    await transaction.user.update({
      where: { id: userId },
      data: { passwordHash, mustChangePassword: false, updatedAt: now },
    });
    const ended = await revokeSessionsOf(transaction, { userId, except: actor.sessionId }, now);
    await appendAudit(transaction, actor, {
      eventType: "user_password_changed",
      target: { kind: "user", id: userId, name: actor.login },
      details: { password: "changed", ended_sessions: ended },
    });
    return { ended_sessions: ended };
  });
}

async function requireCurrentPassword(actor: Actor, plain: string, now: Date): Promise<void> {
  const limits = [{ key: accountKey("change_password", actor.login), attempts: 5 }];
  await takeAttempt(limits, now);
  const user = await prisma().user.findUnique({ where: { login: actor.login }, select: { passwordHash: true } });
  if (user && (await verifyPassword(plain, user.passwordHash))) return giveBackAttempt(limits);
  const field = { path: "current_password", rule: "wrong", message: "This is not your current password." };
  throw new AppError("invalid", field.message, { fields: [field] });
}

async function requireGoodPassword(actor: Actor, input: ChangePassword): Promise<void> {
  const problems: { rule: string; message: string }[] = await validatePassword(
    input.new_password,
    actor.login,
    env().PASSWORD_MIN_LENGTH,
  );
  if (input.new_password === input.current_password) {
    problems.push({ rule: "same", message: "The new password must differ from the current one." });
  }
  if (problems.length === 0) return;
  const fields = problems.map((problem) => ({ path: "new_password", ...problem }));
  throw new AppError("invalid", "The new password breaks a rule.", { fields });
}
