import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import { env } from "../env";
import { AppError } from "../errors";
import { requireCurrentPassword } from "./current-password";
import { hashPassword, validatePassword } from "./password";
import { type Actor, requirePerson } from "./permissions";
import type { ChangePassword } from "./schema";
import { revokeSessionsOf } from "./sessions";

/**
 * Changes the actor's own password, forced or not, and ends all of their other sessions.
 * @throws AppError unauthenticated (also where the password was changed meanwhile), forbidden for a token, invalid (current password wrong, or rules broken by the new one), too_many_requests
 */
export async function changePassword(
  actor: Actor | null,
  input: ChangePassword,
  now = new Date(),
): Promise<{ ended_sessions: number }> {
  requirePerson(actor);
  const { userId } = actor;
  const checked = await requireCurrentPassword(actor, input.current_password, now);
  await requireGoodPassword(actor, input);
  const passwordHash = await hashPassword(input.new_password);
  return prisma().$transaction(async (transaction) => {
    // An administrator who has just reset it wants whoever knew the old one out.
    const { count } = await transaction.user.updateMany({
      where: { id: userId, passwordHash: checked },
      data: { passwordHash, mustChangePassword: false, updatedAt: now },
    });
    if (count === 0) throw new AppError("unauthenticated", "The account has just changed; sign in again.");
    const ended = await revokeSessionsOf(transaction, { userId, except: actor.sessionId }, now);
    await appendAudit(transaction, actor, {
      eventType: "user_password_changed",
      target: { kind: "user", id: userId, name: actor.login },
      details: { password: "changed", ended_sessions: ended },
    });
    return { ended_sessions: ended };
  });
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
