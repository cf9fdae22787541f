// Asking for an account: what a stranger may do, and learns nothing by.
import { setTimeout as sleep } from "node:timers/promises";
import { appendActivity } from "../activity/append";
import { type AuditActor, appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { settings } from "../settings/queries";
import { requireGoodPassword } from "./good-password";
import { lockUsers } from "./last-admin";
import { hashPassword } from "./password";
import type { Registration } from "./schema";
import type { Client } from "./sessions";
import { addressLimits, takeAttempt } from "./throttle";

const ATTEMPTS_PER_HOUR = 3;
/** Applicants that wait at once; more is no team but an attack, and would bury those who mean it. */
const WAITING_AT_MOST = 500;
/** Every answer takes at least this long: more than any of the ways to it needs. */
const ANSWER_AFTER_MS = 500;

/** Whether anyone may ask for an account. */
export async function registrationOpen(): Promise<boolean> {
  return (await settings()).registration_enabled;
}

/**
 * Asks for an account, which an administrator approves or rejects. A login or e-mail that is taken gets the same answer
 * after the same time: only whoever knows the password learns by signing in what became of it. The audit log tells
 * administrators of requests that met an existing account.
 * @throws AppError forbidden (registration is closed), too_many_requests (3 an hour per address), invalid (password rules),
 *   unavailable (too many wait already)
 */
export async function register(input: Registration, client: Client, now = new Date()): Promise<{ status: "pending" }> {
  if (!(await registrationOpen())) {
    throw new AppError("forbidden", "Registration is closed; ask an administrator for an account.");
  }
  // A rule that is broken tells nothing of others, and costs no attempt.
  await requireGoodPassword(input.password, input.login);
  const began = performance.now();
  const limit = { attempts: ATTEMPTS_PER_HOUR, windowSeconds: 3_600 };
  await takeAttempt(addressLimits("register", client.ip ?? "unknown", limit), now);
  const passwordHash = await hashPassword(input.password);
  await prisma().$transaction(async (transaction) => {
    await lockUsers(transaction);
    await requireRoom(transaction);
    await apply(transaction, { ...input, passwordHash }, client);
  });
  await sleep(Math.max(0, ANSWER_AFTER_MS - (performance.now() - began)));
  return { status: "pending" };
}

async function requireRoom(transaction: Transaction): Promise<void> {
  const waiting = await transaction.user.count({ where: { status: "pending" } });
  if (waiting < WAITING_AT_MOST) return;
  throw new AppError("unavailable", "Too many requests for an account wait already; try again tomorrow.", {
    retryAfterSeconds: 86_400,
  });
}

async function apply(
  transaction: Transaction,
  { login, email, passwordHash }: Registration & { passwordHash: string },
  client: Client,
): Promise<void> {
  const actor: AuditActor = { login, userId: null, sessionId: null, ip: client.ip, userAgent: client.userAgent };
  const [taken] = await transaction.$queryRaw<{ field: "login" | "email" }[]>`
    SELECT CASE WHEN lower(login COLLATE "C") = lower(${login} COLLATE "C") THEN 'login' ELSE 'email' END AS field FROM users
    WHERE lower(login COLLATE "C") = lower(${login} COLLATE "C") OR lower(email COLLATE "C") = lower(${email} COLLATE "C")
    LIMIT 1`;
  if (taken) {
    const details = { reason: `${taken.field}_taken` };
    return appendAudit(transaction, actor, { eventType: "user_registration_refused", details });
  }
  const { id } = await transaction.user.create({
    data: { login, email, role: "viewer", status: "pending", passwordHash },
    select: { id: true },
  });
  const target = { kind: "user", id, name: login };
  const message = `${login} asked for an account`;
  await appendActivity(transaction, {
    type: "user_registered",
    severity: "info",
    message,
    actor: { login, email },
    target,
  });
  await appendAudit(transaction, { ...actor, userId: id }, { eventType: "user_registered", target });
}
