// Recovery codes: ten codes on paper for the day the phone is gone, each good once, kept as hashes.
import { createHash, randomBytes } from "node:crypto";
import type { Transaction } from "../db";
import { base32 } from "./totp";

const CODES = 10;
/** 80 bits: what cannot be guessed needs no slow hash. */
const BYTES = 10;
const LENGTH = (BYTES * 8) / 5;

/** The letters of a code as it is hashed, however it was typed; null where it cannot be one. Pure. */
export function normaliseRecoveryCode(text: string): string | null {
  // What base32 has not, people have read wrongly: 0 for O, 1 for I, 8 for B.
  const letters = text.replace(/[\s-]/g, "").toUpperCase().replace(/0/g, "O").replace(/1/g, "I").replace(/8/g, "B");
  return letters.length === LENGTH && /^[A-Z2-7]+$/.test(letters) ? letters : null;
}

const hashOf = (letters: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash("sha256").update(letters).digest());

/** In groups of four, for reading and typing. */
const shown = (letters: string): string => letters.match(/.{4}/g)?.join("-").toLowerCase() ?? "";

/** Makes ten new codes in the place of any older ones. @returns them, this once */
export async function replaceRecoveryCodes(transaction: Transaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, () => base32(randomBytes(BYTES)));
  await transaction.recoveryCode.deleteMany({ where: { userId } });
  await transaction.recoveryCode.createMany({ data: codes.map((code) => ({ userId, codeHash: hashOf(code) })) });
  return codes.map(shown);
}

/** Takes a code that was not used yet; two who bring the same one at once do not both get in. @returns whether it was good */
export async function takeRecoveryCode(
  transaction: Transaction,
  { userId, text }: { userId: string; text: string },
  now: Date,
): Promise<boolean> {
  const letters = normaliseRecoveryCode(text);
  if (letters === null) return false;
  const { count } = await transaction.recoveryCode.updateMany({
    where: { userId, codeHash: hashOf(letters), usedAt: null },
    data: { usedAt: now },
  });
  return count === 1;
}
