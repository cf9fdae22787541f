// The second factor of a user: a code from an authenticator app, or a recovery code in its place.
import type { Transaction } from "../db";
import { decrypt } from "../secrets";
import { takeRecoveryCode } from "./recovery-codes";
import { takeTotp } from "./totp";

/** What of a user's row says how codes are checked. */
export interface FactorOwner {
  id: string;
  login: string;
  /** As `encrypt` made it for `totpPlace(id)`; base64 of the key's bytes inside. */
  totpSecret: string | null;
  totpLastStep: bigint | null;
}

/** Where the key is kept: a key moved to another user does not decrypt. */
export const totpPlace = (userId: string): string => `users:totp_secret:${userId}`;

/** The key of the authenticator app. @throws Error when it cannot be decrypted with ENCRYPTION_KEYS */
const totpKey = (userId: string, sealed: string): Uint8Array =>
  Buffer.from(decrypt(sealed, totpPlace(userId)), "base64");

/**
 * Spends a code: each is good once, also for two who bring it at the same time.
 * @param otp as it was typed: six digits, or a recovery code
 * @returns what it was, or null where it is not good (any more)
 */
export async function takeSecondFactor(
  transaction: Transaction,
  user: FactorOwner,
  otp: string,
  now: Date,
): Promise<"totp" | "recovery_code" | null> {
  if (await takeCode(transaction, user, otp, now)) return "totp";
  return (await takeRecoveryCode(transaction, { userId: user.id, text: otp }, now)) ? "recovery_code" : null;
}

/** A code of the authenticator app alone: it proves that the app was set up, which a recovery code does not. */
export async function takeCode(
  transaction: Transaction,
  { id, totpSecret, totpLastStep }: FactorOwner,
  otp: string,
  now: Date,
): Promise<boolean> {
  if (totpSecret === null) return false;
  const step = takeTotp(totpKey(id, totpSecret), otp, { now, lastStep: totpLastStep });
  if (step === null) return false;
  const { count } = await transaction.user.updateMany({
    where: { id, totpSecret, OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] },
    data: { totpLastStep: step },
  });
  return count === 1;
}

/** Takes a user's second factor away, codes and all, whether it was confirmed or not. */
export async function clearSecondFactor(transaction: Transaction, userId: string): Promise<void> {
  await transaction.user.update({
    where: { id: userId },
    data: { totpSecret: null, totpConfirmedAt: null, totpLastStep: null },
  });
  await transaction.recoveryCode.deleteMany({ where: { userId } });
}
