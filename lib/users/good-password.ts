import { env } from "../env";
import { AppError } from "../errors";
import { hashPassword, validatePassword } from "./password";

/**
 * The hash of a new password that keeps the rules.
 * @throws AppError invalid with each broken rule of the field `password`
 */
export async function hashGoodPassword(password: string, login: string): Promise<string> {
  const problems = await validatePassword(password, login, env().PASSWORD_MIN_LENGTH);
  if (problems.length === 0) return hashPassword(password);
  const fields = problems.map((problem) => ({ path: "password", ...problem }));
  throw new AppError("invalid", "The password breaks a rule.", { fields });
}
