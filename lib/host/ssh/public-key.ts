// Public keys as SSH writes them: a type and its numbers, each with its length before it (RFC 4253, section 6.6).
import { createHash } from "node:crypto";

/** The parts of such a key, or null where the bytes are something else. */
export function partsOf(blob: Buffer): Buffer[] | null {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (blob.length - at < 4) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return null;
    parts.push(blob.subarray(at + 4, end));
    at = end;
  }
  return parts.length > 0 ? parts : null;
}

/** `ssh-ed25519`, `ssh-rsa`, …, or null. */
export function typeOf(blob: Buffer): string | null {
  const type = partsOf(blob)?.[0]?.toString("latin1");
  return type !== undefined && /^[a-z0-9@.-]{3,64}$/.test(type) ? type : null;
}

/** As `ssh-keygen -l` counts: the modulus of RSA, the curve of the others; null for types we do not know. */
export function bitsOf(blob: Buffer): number | null {
  const [type, , modulus] = partsOf(blob) ?? [];
  if (type === undefined) return null;
  const name = type.toString("latin1");
  if (name === "ssh-rsa" && modulus) return BigInt(`0x0${modulus.toString("hex")}`).toString(2).length;
  if (name === "ssh-ed25519") return 256;
  const curve = /^ecdsa-sha2-nistp(256|384|521)$/.exec(name);
  return curve ? Number(curve[1]) : null;
}

/** The bytes of `ssh-ed25519 AAAA… [comment]`, or null where it is no public key whose type is the one it names. */
export function blobOf(key: string): Buffer | null {
  const [type, base64] = key.trim().split(/\s+/);
  if (!type || !base64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const blob = Buffer.from(base64, "base64");
  return typeOf(blob) === type ? blob : null;
}

/** `ssh-ed25519 AAAA…` */
export function textOf(blob: Buffer): string {
  return `${typeOf(blob) ?? "unknown"} ${blob.toString("base64")}`;
}

/**
 * `SHA256:…` as OpenSSH shows it.
 * @param key the bytes, or `ssh-ed25519 AAAA…`
 */
export function fingerprintOf(key: string | Buffer): string {
  const blob = typeof key === "string" ? Buffer.from(key.trim().split(/\s+/)[1] ?? "", "base64") : key;
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** Writes parts with their lengths. */
export function blobFrom(parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part as Buffer);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
