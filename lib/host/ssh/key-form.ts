// Recognises the forms in which private keys come, before anything is decrypted.
import { iterationsOf, kindOf } from "./key-der";
import { KeyError } from "./key-error";
import { typeOf } from "./public-key";

const LONGEST = 65_536;
/** ssh-keygen takes 16 or 24; more costs seconds at every start. */
const MOST_ROUNDS = 128;
const MOST_ITERATIONS = 1_000_000;
const MAGIC = Buffer.from("openssh-key-v1\0");
const TYPES = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521))$/;
const CIPHERS = /^(none|3des-cbc|aes(128|192|256)-(cbc|ctr)|aes(128|256)-gcm@openssh\.com)$/;
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
  return Buffer.from(block.trim().split("\n").slice(1, -1).join(""), "base64");
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
  if (/^Proc-Type: *4, *ENCRYPTED/m.test(block)) return { form: "pem", encrypted: true, text: block };
  const encrypted = label === "ENCRYPTED PRIVATE KEY";
  if (!encrypted) return { form: "pem", encrypted, text: plainPem(block) };
  if (iterationsOf(bytesOf(block)) > MOST_ITERATIONS)
    throw new KeyError("unsupported", `How this key is encrypted is not supported. ${CONVERT}`);
  return { form: "pem", encrypted, text: rewritten(block) };
}

/**
 * A key without a passphrase whose reading costs nothing: OpenSSL computes with keys of other kinds, for minutes if somebody
 * wants.
 * @throws KeyError
 */
export function plainPem(block: string): string {
  const kind = kindOf(bytesOf(block));
  if (kind === null) throw new KeyError("not_a_key", "This private key is damaged; copy the whole file");
  if (kind === "other") throw unsupportedType("");
  return rewritten(block);
}

/** Written anew: what reads it next reads the very bytes that were looked at. */
function rewritten(block: string): string {
  const lines = block.trim().split("\n");
  if (!lines.slice(1, -1).every((line) => /^[A-Za-z0-9+/]*={0,2}[ \t]*$/.test(line)))
    throw new KeyError("not_a_key", "This key is damaged; copy the whole file, without lines of your own");
  const text = bytesOf(block)
    .toString("base64")
    .replace(/.{1,64}/g, "$&\n");
  return `${lines[0]}\n${text}${lines.at(-1)}\n`;
}

function puttyForm(text: string): KeyForm {
  if (!text.startsWith("PuTTY-User-Key-File-2: ssh-rsa\n"))
    throw new KeyError(
      "unsupported",
      "This PuTTY key cannot be read; convert it with PuTTYgen (Conversions, Export OpenSSH key) or: puttygen <file> -O private-openssh -o <new file>",
    );
  return { form: "ppk", encrypted: !/^Encryption: none$/m.test(text), text: `${text}\n` };
}
