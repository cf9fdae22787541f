// There is always an administrator who can sign in.
import type { Transaction } from "../db";
import { AppError } from "../errors";

/** "users" as a number: the lock under which accounts are made, change and go, so that two admins cannot remove each other. */
const USERS_LOCK = 0x7573657273n;

/** Waits until no one else changes accounts, on any instance; holds until the transaction's end. */
export async function lockUsers(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${USERS_LOCK})`;
}

/**
 * Refuses to take away the last active administrator. Ask under `lockUsers`, before the change.
 * @throws AppError conflict
 */
export async function requireOtherAdmin(
  transaction: Transaction,
  { id, login, role, status }: { id: string; login: string; role: string; status: string },
): Promise<void> {
  if (role !== "admin" || status !== "active") return;
  const others = await transaction.user.count({ where: { role: "admin", status: "active", id: { not: id } }, take: 1 });
  if (others > 0) return;
  const message = `${login} is the last active administrator and stays it; make another administrator first.`;
  throw new AppError("conflict", message, { fields: [{ path: "login", message, rule: "last_admin" }] });
}
