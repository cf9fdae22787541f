// Signing in: the only way to begin a session.
import { randomUUID } from "node:crypto";
import { appendActivity } from "../activity/append";
import { appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { DUMMY_HASH, verifyPassword } from "./password";
import { createTokenPair, type RefreshToken } from "./refresh-tokens";
import { type Credentials, loginSchema } from "./schema";
import { takeSecondFactor } from "./second-factor";
import { type Client, createSession, type SessionKind } from "./sessions";
import { takeCodeAttempt, takeSignInAttempt } from "./sign-in-throttle";
import { giveBackAttempt } from "./throttle";
import { statusRefusal } from "./user-changes";

export interface OpenedSession {
  id: string;
  /** Goes into the cookie or to the API client, and nowhere else. */
  secret: string;
  expiresAt: Date;
  /** For the next access token; null for a browser. */
  refresh: RefreshToken | null;
  userId: string;
  login: string;
  mustChangePassword: boolean;
}

/** What of the account the password was checked against. */
interface Account {
  id: string;
  login: string;
  email: string | null;
  passwordHash: string;
  mustChangePassword: boolean;
  totpConfirmedAt: Date | null;
}

/**
 * Begins a session for whoever knows the password, and has the second factor where one is set up.
 * Five failures a minute per account and per address, ten wrong codes an hour; a missing code is no failure.
 * @throws AppError unauthenticated (the same for an unknown login and a wrong password, after the same time),
 *   otp_required, forbidden (right password, but the account is not active), too_many_requests
 */
export async function openSession(
  { username, password, otp }: Credentials,
  { kind, client }: { kind: SessionKind; client: Client },
  now = new Date(),
): Promise<OpenedSession> {
  const limits = await takeSignInAttempt(username, client.ip, now);
  const user = await prisma().user.findUnique({ where: { login: username } });
  const matches = await verifyPassword(password, user?.passwordHash ?? DUMMY_HASH);
  if (!user || !matches || user.status !== "active") {
    await noteFailure({ login: username, userId: user?.id ?? null, reason: failureReason(user, matches) }, client);
    if (user && matches) throw statusRefusal(user);
    throw new AppError("unauthenticated", "Login or password is not right.");
  }
  if (user.totpConfirmedAt && !otp) {
    await giveBackAttempt(limits);
    throw new AppError("otp_required", "Send the code of your authenticator app, or a recovery code, as otp.");
  }
  if (user.totpConfirmedAt)
    limits.push(...(await takeCodeAttempt({ login: username, otp: otp ?? "", ip: client.ip }, now)));
  const opened = await begin({ account: user, otp: otp ?? "", kind, client }, now);
  if (!opened) {
    await noteFailure({ login: username, userId: user.id, reason: "wrong_otp" }, client);
    const field = { path: "otp", rule: "wrong", message: "The code is not right." };
    throw new AppError("unauthenticated", field.message, { fields: [field] });
  }
  await giveBackAttempt(limits);
  return { ...opened, userId: user.id, login: user.login, mustChangePassword: user.mustChangePassword };
}

interface Beginning {
  account: Account;
  otp: string;
  kind: SessionKind;
  client: Client;
}

type Begun = Pick<OpenedSession, "id" | "secret" | "expiresAt" | "refresh">;

/** @returns null where the second factor is wrong; then nothing was written */
function begin({ account, otp, kind, client }: Beginning, now: Date): Promise<Begun | null> {
  return prisma().$transaction(async (transaction) => {
    const current = await lockUnchanged(transaction, account);
    const factor = current.totpConfirmedAt ? await takeSecondFactor(transaction, current, otp, now) : "none";
    if (factor === null) return null;
    await transaction.user.update({ where: { id: account.id }, data: { lastLoginAt: now } });
    const begun = await tokensOf(transaction, { account, kind, client }, now);
    if (kind === "browser") await tell(transaction, account);
    const actor = { login: account.login, userId: account.id, sessionId: begun.id, ...noted(client) };
    const details = { kind, ...(factor !== "none" && { second_factor: factor }) };
    await appendAudit(transaction, actor, { eventType: "login_success", details });
    return begun;
  });
}

/**
 * Whoever changed or blocked the account meanwhile has ended its sessions; none may begin behind that.
 * @throws AppError unauthenticated when the account is no longer what the password was checked against
 */
async function lockUnchanged(transaction: Transaction, { id, passwordHash, totpConfirmedAt }: Account) {
  await transaction.$queryRaw`SELECT 1 FROM users WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  const still = { id, passwordHash, totpConfirmedAt, status: "active" };
  const current = await transaction.user.findFirst({ where: still });
  if (!current) throw new AppError("unauthenticated", "The account has just changed; sign in again.");
  return current;
}

async function tokensOf(
  transaction: Transaction,
  { account, kind, client }: Omit<Beginning, "otp">,
  now: Date,
): Promise<Begun> {
  const userId = account.id;
  if (kind === "browser") {
    return { ...(await createSession(transaction, { userId, kind, client }, now)), refresh: null };
  }
  const family = { id: randomUUID(), userId, startedAt: now };
  return createTokenPair(transaction, { family, client }, now);
}

/** People only: scripts sign in every hour, and would push everything else out of the feed. */
async function tell(transaction: Transaction, { id, login, email }: Account): Promise<void> {
  await appendActivity(transaction, {
    type: "user_login",
    severity: "info",
    message: `${login} signed in`,
    actor: { login, email },
    target: { kind: "user", id, name: login },
  });
}

const noted = ({ ip, userAgent }: Client) => ({ ip, userAgent });

function failureReason(user: { status: string } | null, matches: boolean): string {
  if (!user) return "unknown_login";
  return matches ? user.status : "wrong_password";
}

async function noteFailure(
  { login, userId, reason }: { login: string; userId: string | null; reason: string },
  client: Client,
): Promise<void> {
  // What is no login may well be a password in the wrong field.
  const shown = loginSchema.safeParse(login).success ? login : null;
  await prisma().$transaction((transaction) =>
    appendAudit(
      transaction,
      { login: shown, userId, sessionId: null, ...noted(client) },
      { eventType: "login_failed", details: { reason } },
    ),
  );
}
