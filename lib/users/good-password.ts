import { env } from "../env";
import { AppError } from "../errors";
import { hashPassword, validatePassword } from "./password";

/** @throws AppError invalid with each rule that a new password breaks, at the field `password` */
export async function requireGoodPassword(password: string, login: string): Promise<void> {
  const problems = await validatePassword(password, login, env().PASSWORD_MIN_LENGTH);
  if (problems.length === 0) return;
  const fields = problems.map((problem) => ({ path: "password", ...problem }));
  throw new AppError("invalid", "The password breaks a rule.", { fields });
}

/** The hash of a new password that keeps the rules. @throws AppError invalid as above; unavailable when too many are hashed at once */
export async function hashGoodPassword(password: string, login: string): Promise<string> {
  await requireGoodPassword(password, login);
  return hashPassword(password);
}
