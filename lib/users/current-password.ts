import { prisma } from "../db";
import { AppError } from "../errors";
import { verifyPassword } from "./password";
import type { Person } from "./permissions";
import { accountKey, giveBackAttempt, takeAttempt } from "./throttle";

const ATTEMPTS_PER_MINUTE = 5;

/**
 * Lets pass who knows the password of the account they are signed in to: an unattended screen is not enough for what
 * would hand the account over. Five wrong ones a minute.
 * @returns the hash that it was checked against
 * @throws AppError invalid (field `current_password`, rule `wrong`), too_many_requests
 */
export async function requireCurrentPassword(person: Person, plain: string, now: Date): Promise<string> {
  const limits = [{ key: accountKey("change_password", person.login), attempts: ATTEMPTS_PER_MINUTE }];
  await takeAttempt(limits, now);
  const user = await prisma().user.findUnique({ where: { id: person.userId }, select: { passwordHash: true } });
  if (user && (await verifyPassword(plain, user.passwordHash))) {
    await giveBackAttempt(limits);
    return user.passwordHash;
  }
  const field = { path: "current_password", rule: "wrong", message: "This is not your current password." };
  throw new AppError("invalid", field.message, { fields: [field] });
}
