// SSH keys that people generate or bring: what they are is read from the key itself, never from what is said of it.
import { KeyError } from "./key-error";
import { formOf } from "./key-form";
import { generatePair } from "./key-work";
import { signingKey } from "./private-key";
import { bitsOf, blobOf, fingerprintOf, textOf, typeOf } from "./public-key";

export { fingerprintOf, KeyError };

export interface KeyFacts {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`, … */
  type: string;
  bits: number | null;
  /** `SHA256:…` */
  fingerprint: string;
  /** `ssh-ed25519 AAAA… [comment]` */
  publicKey: string;
  hasPassphrase: boolean;
}

const RSA_SIZES = new Set([2048, 3072, 4096]);
const LONGEST_COMMENT = 100;

/**
 * Makes a pair; the private part has OpenSSH's form.
 * @param wish.bits of RSA: 2048, 3072 (default) or 4096
 * @param wish.comment ends the public key's line; control characters are left out
 */
export async function generateSshKey(wish: {
  type: "ed25519" | "rsa";
  bits?: number;
  passphrase?: string;
  comment: string;
}): Promise<KeyFacts & { privateKey: string }> {
  const bits = wish.type === "rsa" ? (wish.bits ?? 3072) : undefined;
  if (bits !== undefined && !RSA_SIZES.has(bits)) throw new RangeError("bits must be 2048, 3072 or 4096");
  const comment = wish.comment
    .replace(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, LONGEST_COMMENT);
  const passphrase = wish.passphrase ?? "";
  const pair = await generatePair({ work: "generate", type: wish.type, bits, comment, passphrase });
  const blob = blobOf(pair.publicKey);
  if (!blob) throw new Error("The key that was made cannot be read");
  const facts = factsOf(blob, passphrase !== "");
  const publicKey = comment === "" ? facts.publicKey : `${facts.publicKey} ${comment}`;
  return { ...facts, publicKey, privateKey: pair.privateKey };
}

/**
 * Reads OpenSSH's form, PEM (PKCS#1, SEC1, PKCS#8) and PuTTY's old RSA form.
 * @returns `privateKey`: what `connectSsh` takes, still encrypted where it was; the comment is left out of `publicKey`
 * @throws KeyError
 */
export async function readPrivateKey(text: string, passphrase = ""): Promise<KeyFacts & { privateKey: string }> {
  const { encrypted, text: privateKey } = formOf(text);
  const key = await signingKey(privateKey, encrypted ? passphrase : "");
  return { ...factsOf(key.getPublicSSH(), encrypted), privateKey };
}

function factsOf(blob: Buffer, hasPassphrase: boolean): KeyFacts {
  return {
    type: typeOf(blob) ?? "unknown",
    bits: bitsOf(blob),
    fingerprint: fingerprintOf(blob),
    publicKey: textOf(blob),
    hasPassphrase,
  };
}
