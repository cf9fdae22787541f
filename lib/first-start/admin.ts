// The first user of a new database.
import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import { oneTimePassword } from "../users/one-time-password";
import { hashPassword } from "../users/password";
import { systemActor } from "../users/permissions";

const LOGIN = "admin";

/** "first start" as a number: several instances may start on one new database at once. */
const FIRST_START_LOCK = 0x6669727374n;

/** What a newly created admin signs in with; `password` only if it was generated here. */
export interface NewAdmin {
  login: string;
  password?: string;
}

/**
 * Creates the user `admin` if there is no user at all.
 * @param given ADMIN_PASSWORD; without it a password is generated that must be changed at the first sign-in
 * @returns the new user, or undefined if there were users already
 */
export async function createFirstAdmin(given: string | undefined): Promise<NewAdmin | undefined> {
  if ((await prisma().user.count({ take: 1 })) > 0) return undefined;
  const password = given ?? oneTimePassword();
  const passwordHash = await hashPassword(password);
  return prisma().$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_START_LOCK})`;
    if ((await transaction.user.count({ take: 1 })) > 0) return undefined;
    const user = await transaction.user.create({
      data: { login: LOGIN, role: "admin", passwordHash, mustChangePassword: given === undefined },
    });
    await appendAudit(transaction, systemActor(), {
      eventType: "user_created",
      target: { kind: "user", id: user.id, name: LOGIN },
      details: { role: "admin", by: "first start" },
    });
    return { login: LOGIN, ...(given === undefined && { password }) };
  });
}
