// One-time codes by time (RFC 6238 over RFC 4226, SHA-1, 30 s, 6 digits), as every authenticator app makes them. Pure.
import { createHmac, timingSafeEqual } from "node:crypto";

const STEP_SECONDS = 30;
const DIGITS = 6;
/** Steps by which the clock of a phone may be off, to either side. */
const WINDOW = 1;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The number of the 30 s step that a moment lies in. */
const stepOf = (now: Date): number => Math.floor(now.getTime() / 1_000 / STEP_SECONDS);

/** The code of a step, with its leading zeros. @param digits 6, or the 8 of the test vectors in RFC 6238 */
export function totpCode(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/**
 * The step whose code was given, one step early or late allowed, or null. A step that is not above `lastStep` is
 * spent: a code that somebody has read over a shoulder is worth nothing.
 * @param text as it was typed; blanks are left out
 */
export function takeTotp(
  secret: Uint8Array,
  text: string,
  { now, lastStep }: { now: Date; lastStep: bigint | null },
): bigint | null {
  const given = text.replace(/\s/g, "");
  if (!/^[0-9]{6}$/.test(given)) return null;
  const current = stepOf(now);
  let taken: bigint | null = null;
  // Every step is compared, so that the time tells nothing of which one fits.
  for (let step = Math.max(0, current - WINDOW); step <= current + WINDOW; step += 1) {
    const equal = timingSafeEqual(Buffer.from(given), Buffer.from(totpCode(secret, step)));
    const fresh = lastStep === null || BigInt(step) > lastStep;
    if (equal && fresh && taken === null) taken = BigInt(step);
  }
  return taken;
}

/** Bytes in the letters that authenticator apps read (RFC 4648 base32, without padding). */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}

/** The address that an authenticator app takes by QR code (Key Uri Format of Google Authenticator). */
export function otpauthUri({ secret, login, issuer }: { secret: string; login: string; issuer: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(login)}`;
  const query = [`secret=${secret}`, `issuer=${encodeURIComponent(issuer)}`, "algorithm=SHA1"];
  return `otpauth://totp/${label}?${[...query, `digits=${DIGITS}`, `period=${STEP_SECONDS}`].join("&")}`;
}
