import type { Transaction } from "../db";
import { AppError } from "../errors";

/** The row of whoever asks. @throws AppError unauthenticated where the account was deleted since it was let in */
export async function ownUser(transaction: Transaction, id: string) {
  const user = await transaction.user.findUnique({ where: { id } });
  if (!user) throw new AppError("unauthenticated", "This account is gone.");
  return user;
}
