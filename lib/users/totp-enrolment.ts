// The own second factor: set up, proven with a first code, taken away with the last one.
import { randomBytes } from "node:crypto";
import { appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { encrypt } from "../secrets";
import { settings } from "../settings/queries";
import { requireCurrentPassword } from "./current-password";
import { ownUser } from "./own-user";
import { type Actor, type Person, requirePerson } from "./permissions";
import type { ConfirmTotp, ProveTotp, TotpBegun, TotpState } from "./profile-schema";
import { replaceRecoveryCodes } from "./recovery-codes";
import { clearSecondFactor, type FactorOwner, takeCode, takeSecondFactor, totpPlace } from "./second-factor";
import { codeLimit } from "./sign-in-throttle";
import { accountKey, giveBackAttempt, takeAttempt } from "./throttle";
import { base32, otpauthUri } from "./totp";
import { obliges } from "./totp-policy";

/** RFC 4226 asks for 160 bits. */
const KEY_BYTES = 20;
const ISSUER = "Dozor";
const CODES_PER_MINUTE = 5;

/**
 * How the actor's second factor stands.
 * @throws AppError unauthenticated, forbidden for a token
 */
export async function readTotp(actor: Actor | null): Promise<TotpState> {
  requirePerson(actor);
  const [{ totp_required }, user, left] = await Promise.all([
    settings(),
    ownUser(prisma(), actor.userId),
    prisma().recoveryCode.count({ where: { userId: actor.userId, usedAt: null } }),
  ]);
  return {
    enabled: user.totpConfirmedAt !== null,
    enabled_at: user.totpConfirmedAt?.toISOString() ?? null,
    required: obliges(totp_required, actor.role),
    recovery_codes_left: left,
  };
}

/**
 * Makes a key for the authenticator app, which counts from the first code on (`confirmTotp`). One that was begun before
 * and never confirmed is forgotten.
 * @throws AppError unauthenticated, forbidden for a token, conflict (there is one), invalid (password), too_many_requests
 */
export async function beginTotp(
  actor: Actor | null,
  input: { current_password: string },
  now = new Date(),
): Promise<TotpBegun> {
  requirePerson(actor);
  await requireCurrentPassword(actor, input.current_password, now);
  const key = randomBytes(KEY_BYTES);
  const totpSecret = encrypt(key.toString("base64"), totpPlace(actor.userId));
  const { count } = await prisma().user.updateMany({
    where: { id: actor.userId, totpConfirmedAt: null },
    data: { totpSecret, totpLastStep: null },
  });
  if (count === 0) throw new AppError("conflict", "There is a second factor already; take it away first.");
  const secret = base32(key);
  return { secret, otpauth_uri: otpauthUri({ secret, login: actor.login, issuer: ISSUER }) };
}

/**
 * Turns the second factor on with a first code of the app.
 * @returns the recovery codes, this once
 * @throws AppError unauthenticated, forbidden for a token, conflict (none was begun, or one is on), invalid (the code),
 *   too_many_requests
 */
export async function confirmTotp(actor: Actor | null, input: ConfirmTotp, now = new Date()): Promise<string[]> {
  requirePerson(actor);
  return withCodeAttempt(actor, now, (transaction) => confirmed(transaction, actor, { code: input.code, now }));
}

async function confirmed(
  transaction: Transaction,
  actor: Person,
  { code, now }: { code: string; now: Date },
): Promise<string[]> {
  const user = await lockedUser(transaction, actor);
  if (user.totpConfirmedAt) throw new AppError("conflict", "The second factor is on already.");
  if (user.totpSecret === null) throw new AppError("conflict", "Begin with a new key first.");
  if (!(await takeCode(transaction, user, code, now))) throw wrongCode();
  await transaction.user.update({ where: { id: user.id }, data: { totpConfirmedAt: now, updatedAt: now } });
  const codes = await replaceRecoveryCodes(transaction, user.id);
  await note(transaction, actor, "user_totp_enabled");
  return codes;
}

/**
 * Takes the second factor away, with the password and a code or recovery code. Whoever has to have one, owes a new one
 * from then on: so the app moves to another phone.
 * @throws AppError unauthenticated, forbidden for a token, conflict (there is none), invalid, too_many_requests
 */
export async function disableTotp(actor: Actor | null, input: ProveTotp, now = new Date()): Promise<void> {
  requirePerson(actor);
  await requireCurrentPassword(actor, input.current_password, now);
  await withCodeAttempt(actor, now, async (transaction) => {
    await requireFactor(transaction, actor, { code: input.code, now });
    await clearSecondFactor(transaction, actor.userId);
    await note(transaction, actor, "user_totp_disabled");
  });
}

/**
 * Ten new recovery codes in the place of the old ones, with the password and a code.
 * @returns them, this once
 * @throws AppError unauthenticated, forbidden for a token, conflict (there is no second factor), invalid, too_many_requests
 */
export async function newRecoveryCodes(actor: Actor | null, input: ProveTotp, now = new Date()): Promise<string[]> {
  requirePerson(actor);
  await requireCurrentPassword(actor, input.current_password, now);
  return withCodeAttempt(actor, now, async (transaction) => {
    await requireFactor(transaction, actor, { code: input.code, now });
    const codes = await replaceRecoveryCodes(transaction, actor.userId);
    await note(transaction, actor, "user_recovery_codes_replaced");
    return codes;
  });
}

/** Codes have few digits: five wrong ones a minute, and ten an hour together with those at sign-in. */
async function withCodeAttempt<T>(
  person: Person,
  now: Date,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const minute = { key: accountKey("second_factor", person.login), attempts: CODES_PER_MINUTE };
  const limits = [minute, codeLimit(person.login)];
  await takeAttempt(limits, now);
  const result = await prisma().$transaction(work);
  await giveBackAttempt(limits);
  return result;
}

async function requireFactor(
  transaction: Transaction,
  actor: Person,
  { code, now }: { code: string; now: Date },
): Promise<void> {
  const user = await lockedUser(transaction, actor);
  if (!user.totpConfirmedAt) throw new AppError("conflict", "There is no second factor.");
  if (!(await takeSecondFactor(transaction, user, code, now))) throw wrongCode();
}

async function lockedUser(
  transaction: Transaction,
  { userId }: Person,
): Promise<FactorOwner & { totpConfirmedAt: Date | null }> {
  await transaction.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
  return ownUser(transaction, userId);
}

function wrongCode(): AppError {
  const field = { path: "code", rule: "wrong", message: "This code is not right, or was used already." };
  return new AppError("invalid", field.message, { fields: [field] });
}

async function note(transaction: Transaction, actor: Person, eventType: string): Promise<void> {
  await appendAudit(transaction, actor, { eventType, target: { kind: "user", id: actor.userId, name: actor.login } });
}
