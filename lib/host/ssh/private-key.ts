// Turns any private key that is supported into what signs for it, and remembers it: opening a passphrase is slow.
import { createHash, createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import ssh2, { type ParsedKey } from "ssh2";
import { KeyError } from "./key-error";
import { formOf, type KeyForm, plainPem, unsupportedType } from "./key-form";
import { openKey } from "./key-work";
import { blobFrom } from "./public-key";

const MOST_REMEMBERED = 256;
/** Least of RSA that current servers accept, and most that signs in reasonable time. */
const RSA_BITS = { least: 2048, most: 8192 };
const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);

const remembered = new Map<string, Promise<ParsedKey>>();

/**
 * The key that signs; the same text and passphrase are opened once.
 * @param passphrase ignored by a key that has none
 * @throws KeyError
 */
export function signingKey(text: string, passphrase: string): Promise<ParsedKey> {
  const id = createHash("sha256").update(`${text.length}:${text}${passphrase}`).digest("base64");
  const known = remembered.get(id);
  if (known) return known;
  const key = open(text, passphrase);
  remembered.set(id, key);
  key.catch(() => remembered.delete(id));
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return key;
}

async function open(text: string, passphrase: string): Promise<ParsedKey> {
  const form = formOf(text);
  if (form.encrypted && passphrase === "")
    throw new KeyError("passphrase_needed", "This key has a passphrase; give it");
  const key = checked(keyObject(plainPem(await openedPem(form, passphrase))));
  const signing = ssh2.utils.parseKey(sshForm(key)) as ParsedKey | ParsedKey[] | Error;
  const one = Array.isArray(signing) ? signing[0] : signing;
  if (!one || one instanceof Error || !signsForItself(one)) throw damaged();
  return one;
}

/** PEM without a passphrase, in any of its kinds. */
async function openedPem(form: KeyForm, passphrase: string): Promise<string> {
  if (form.encrypted || form.form === "ppk") return openKey({ work: "open", ...form, passphrase });
  if (form.form === "pem") return form.text;
  const key = ssh2.utils.parseKey(form.text) as ParsedKey | ParsedKey[] | Error;
  const one = Array.isArray(key) ? key[0] : key;
  if (!one || one instanceof Error) throw damaged();
  return one.getPrivatePEM();
}

function keyObject(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw damaged(error);
  }
}

function checked(key: KeyObject): KeyObject {
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "dsa") throw unsupportedType("ssh-dss");
  if (key.asymmetricKeyType === "rsa") {
    if (modulusLength < RSA_BITS.least)
      throw new KeyError("too_weak", `This RSA key has ${modulusLength} bits; at least ${RSA_BITS.least} are needed`);
    if (modulusLength > RSA_BITS.most)
      throw new KeyError("unsupported", `RSA keys of more than ${RSA_BITS.most} bits are not supported`);
    if (!isBalanced(key)) throw damaged();
    return key;
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  if (key.asymmetricKeyType === "ec" && CURVES.has(namedCurve)) return key;
  throw unsupportedType(key.asymmetricKeyType ?? "");
}

/** Two primes of half the modulus each, as every program makes them: to sign with others may take minutes. */
function isBalanced(key: KeyObject): boolean {
  const pkcs1 = key.export({ type: "pkcs1", format: "der" });
  const { n = "", e = "", d = "", ...others } = key.export({ format: "jwk" });
  const bytes = (number: unknown) => Buffer.from(String(number), "base64url").length;
  const halves = [others.p, others.q, others.dp, others.dq, others.qi].map(bytes);
  const half = Math.ceil(bytes(n) / 2) + 8;
  // Version 0: there are two primes, not more.
  return (
    pkcs1.readUIntBE(4, 3) === 0x020100 && bytes(e) <= 8 && bytes(d) <= bytes(n) && halves.every((one) => one <= half)
  );
}

/** ssh2 reads PKCS#1 and SEC1, but Ed25519 only in OpenSSH's container (PROTOCOL.key). */
function sshForm(key: KeyObject): string {
  if (key.asymmetricKeyType === "rsa") return key.export({ type: "pkcs1", format: "pem" }).toString();
  if (key.asymmetricKeyType === "ec") return key.export({ type: "sec1", format: "pem" }).toString();
  const { x = "", d = "" } = key.export({ format: "jwk" });
  const [open, secret] = [Buffer.from(x, "base64url"), Buffer.from(d, "base64url")];
  const check = randomBytes(4);
  const pair = blobFrom(["ssh-ed25519", open, Buffer.concat([secret, open]), ""]);
  const inner = Buffer.concat([check, check, pair]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (inner.length % 8)) % 8));
  const bytes = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    blobFrom(["none", "none", ""]),
    Buffer.from([0, 0, 0, 1]),
    blobFrom([blobFrom(["ssh-ed25519", open]), Buffer.concat([inner, padding])]),
  ]);
  const lines = bytes.toString("base64").replace(/.{70}/g, "$&\n");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** Numbers that do not belong together would be noticed by the server only. */
function signsForItself(key: ParsedKey): boolean {
  try {
    const signature = key.sign("dozor") as Buffer | Error;
    return Buffer.isBuffer(signature) && key.verify("dozor", signature) === true;
  } catch {
    return false;
  }
}

function damaged(cause?: unknown): KeyError {
  return new KeyError("not_a_key", "This private key is damaged; copy the whole file", { cause });
}
