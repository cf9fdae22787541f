// Recognises the forms in which private keys come, before anything is decrypted.
import { KeyError } from "./key-error";
import { typeOf } from "./public-key";

const LONGEST = 65_536;
/** ssh-keygen takes 16 or 24; more costs seconds at every start. */
const MOST_ROUNDS = 128;
const MOST_ITERATIONS = 1_000_000;
const MAGIC = Buffer.from("openssh-key-v1\0");
const TYPES = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521))$/;
const CIPHERS = /^(none|3des-cbc|aes(128|192|256)-(cbc|ctr)|aes(128|256)-gcm@openssh\.com)$/;
const PBKDF2 = Buffer.from("2a864886f70d01050c", "hex");
const CONVERT = "Change its passphrase with: ssh-keygen -p -f <file>";

export interface KeyForm {
  form: "openssh" | "pem" | "ppk";
  encrypted: boolean;
  /** The key's own lines, without what stands around them. */
  text: string;
}

/** @throws KeyError where it is no private key that can be read */
export function formOf(given: string): KeyForm {
  if (given.length > LONGEST) throw new KeyError("not_a_key", "This is too long for a private key");
  const text = given
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .trim();
  if (text.startsWith("PuTTY-User-Key-File-")) return puttyForm(text);
  if (text.startsWith("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY"))
    throw new KeyError("unsupported", "Keys of ssh.com are not supported; convert it with: ssh-keygen -i -f <file>");
  let isPublic = /^(---- BEGIN SSH2 PUBLIC KEY|ssh-[a-z0-9]+ AAAA|ecdsa-sha2-\S+ AAAA|sk-\S+ AAAA)/.test(text);
  for (const { label, block } of blocksOf(text)) {
    if (label === "OPENSSH PRIVATE KEY") return openSshForm(block);
    if (label === "DSA PRIVATE KEY") throw dsa();
    if (/^((RSA|EC|ENCRYPTED) )?PRIVATE KEY$/.test(label)) return pemForm(label, block);
    if (label.endsWith("PUBLIC KEY")) isPublic = true;
  }
  if (isPublic)
    throw new KeyError("public_key", "This is the public key; give the private one (the file without .pub)");
  throw new KeyError(
    "not_a_key",
    "This is no private key; it begins with a line like -----BEGIN OPENSSH PRIVATE KEY-----",
  );
}

export function unsupportedType(type: string): KeyError {
  if (type === "ssh-dss") return dsa();
  if (type.startsWith("sk-"))
    return new KeyError("unsupported", "Keys on a security key cannot sign without a person; use Ed25519");
  return new KeyError("unsupported", "Keys of this type are not supported; use Ed25519, RSA or ECDSA");
}

function dsa(): KeyError {
  return new KeyError("unsupported", "DSA keys are refused by every current SSH server; use Ed25519");
}

function* blocksOf(text: string): Generator<{ label: string; block: string }> {
  for (const begin of text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----/g)) {
    const label = begin[1] ?? "";
    const last = `-----END ${label}-----`;
    const end = text.indexOf(last, begin.index);
    if (end >= 0) yield { label, block: `${text.slice(begin.index, end + last.length)}\n` };
  }
}

function bytesOf(block: string): Buffer {
  return Buffer.from(block.split("\n").slice(1, -2).join(""), "base64");
}

/** See PROTOCOL.key of OpenSSH: cipher, KDF, its options, number of keys, public key, private part. */
function openSshForm(block: string): KeyForm {
  const bytes = bytesOf(block);
  const broken = new KeyError("not_a_key", "This OpenSSH key is damaged; copy the whole file");
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw broken;
  const [cipher, kdf, options, rest] = leading(bytes.subarray(MAGIC.length), 3) ?? [];
  if (!cipher || !kdf || !options || !rest || rest.length < 8) throw broken;
  const publicKey = leading(rest.subarray(4), 1)?.[0];
  const type = publicKey && typeOf(publicKey);
  if (rest.readUInt32BE(0) !== 1 || !type) throw broken;
  if (!TYPES.test(type)) throw unsupportedType(type);
  if (!CIPHERS.test(cipher.toString("latin1")))
    throw new KeyError("unsupported", `The cipher of this key's passphrase is not supported. ${CONVERT}`);
  const encrypted = cipher.toString("latin1") !== "none";
  if (encrypted && roundsOf(kdf, options) > MOST_ROUNDS)
    throw new KeyError("unsupported", `Its passphrase takes too long to check. ${CONVERT} -a 16`);
  return { form: "openssh", encrypted, text: block };
}

/** The first parts with lengths before them, and what follows. */
function leading(bytes: Buffer, count: number): Buffer[] | null {
  const parts: Buffer[] = [];
  let at = 0;
  for (let left = count; left > 0; left -= 1) {
    if (bytes.length - at < 4) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return [...parts, bytes.subarray(at)];
}

function roundsOf(kdf: Buffer, options: Buffer): number {
  const salt = leading(options, 1);
  const rounds = salt?.[1];
  if (kdf.toString("latin1") !== "bcrypt" || rounds?.length !== 4) return Number.POSITIVE_INFINITY;
  return rounds.readUInt32BE(0);
}

function pemForm(label: string, block: string): KeyForm {
  const sealed = label === "ENCRYPTED PRIVATE KEY";
  if (sealed && iterationsOf(bytesOf(block)) > MOST_ITERATIONS)
    throw new KeyError("unsupported", `How this key is encrypted is not supported. ${CONVERT}`);
  return { form: "pem", encrypted: sealed || /^Proc-Type: *4, *ENCRYPTED/m.test(block), text: block };
}

/** Of PBKDF2 (RFC 8018): after its name come a salt and the count. Infinity for other ways. */
function iterationsOf(der: Buffer): number {
  const name = der.indexOf(PBKDF2);
  const salt = name + PBKDF2.length + 2;
  const count = salt + 2 + (der[salt + 1] ?? 0);
  const length = der[count + 1] ?? 0;
  if (name < 0 || der[salt] !== 4 || der[count] !== 2 || length < 1 || length > 6) return Number.POSITIVE_INFINITY;
  if (count + 2 + length > der.length) return Number.POSITIVE_INFINITY;
  return der.readUIntBE(count + 2, length);
}

function puttyForm(text: string): KeyForm {
  if (!text.startsWith("PuTTY-User-Key-File-2: ssh-rsa\n"))
    throw new KeyError(
      "unsupported",
      "This PuTTY key cannot be read; convert it with PuTTYgen (Conversions, Export OpenSSH key) or: puttygen <file> -O private-openssh -o <new file>",
    );
  return { form: "ppk", encrypted: !/^Encryption: none$/m.test(text), text: `${text}\n` };
}
