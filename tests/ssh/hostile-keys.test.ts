// Private keys that somebody made to keep this process busy: each is refused at once, and nothing goes on behind.
import { createCipheriv, createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { iterationsOf } from "../../lib/host/ssh/key-der";
import { KeyError, readPrivateKey } from "../../lib/host/ssh/keys";

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
const object = (hex: string) => tlv(6, Buffer.from(hex, "hex"));
const number = (bytes: Buffer) => tlv(2, (bytes[0] ?? 0) < 128 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]));
const zero = number(Buffer.alloc(1));
const pem = (label: string, der: Buffer, lines = "") =>
  `-----BEGIN ${label}-----\n${lines}${der.toString("base64").replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;

/** An odd number of so many bits. */
function large(bits: number): Buffer {
  const bytes = randomBytes(bits / 8);
  bytes[0] = 0x80 | (bytes[0] ?? 0);
  bytes[bytes.length - 1] = 1 | (bytes.at(-1) ?? 0);
  return bytes;
}

/** Of 2048 bits, whose first prime has 60,000: with it the signature takes minutes. */
function withLargePrime(): Buffer {
  const { n, e, d, q, dq, qi } = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    format: "jwk",
  });
  const of = (text = "") => number(Buffer.from(text, "base64url"));
  const p = number(large(60_000));
  return tlv(0x30, zero, of(n), of(e), of(d), p, of(q), p, of(dq), of(qi));
}

/** Its public part is computed when it is read. */
function dsa(): Buffer {
  const parameters = tlv(0x30, number(large(60_000)), number(large(256)), number(large(59_000)));
  return tlv(0x30, zero, tlv(0x30, object("2a8648ce380401"), parameters), tlv(4, number(large(59_000))));
}

const PBKDF2 = "2a864886f70d01050c";
const SALT = Buffer.alloc(8);
const COUNT = number(Buffer.from([0x7f, 0xff, 0xff, 0xff]));
const sha256 = tlv(0x30, object("2a864886f70d0209"), tlv(5));

/** An encrypted key; `derivation` tells how its passphrase becomes a key. */
function sealed(derivation: Buffer): Buffer {
  const cipher = tlv(0x30, object("60864801650304012a"), tlv(4, Buffer.alloc(16)));
  const method = tlv(0x30, object("2a864886f70d01050d"), tlv(0x30, derivation, cipher));
  return tlv(0x30, method, tlv(4, Buffer.alloc(64, 1)));
}
const pbkdf2 = (salt: Buffer, count: Buffer) => tlv(0x30, object(PBKDF2), tlv(0x30, tlv(4, salt), count, sha256));
const easy = sealed(pbkdf2(SALT, number(Buffer.from([0x08, 0]))));

/** A count in the salt, where one is looked for that takes the first byte of a long length for the length. */
function saltWithCount(): Buffer {
  const salt = Buffer.alloc(200, 7);
  number(Buffer.from([1])).copy(salt, 128);
  return salt;
}

/** scrypt, with another way in its salt. */
const scrypt = tlv(
  0x30,
  object("2b06010401da47040b"),
  tlv(0x30, tlv(4, pbkdf2(SALT, zero)), ...[0x40, 0x08, 0x7f].map((n) => number(Buffer.from([n, 0])))),
);

/** Encrypted as older programs do it: quick to open. */
function proc(der: Buffer): string {
  const [iv, passphrase] = [Buffer.alloc(16, 7), Buffer.from("pw")];
  const md5 = (...parts: Buffer[]) => createHash("md5").update(Buffer.concat(parts)).digest();
  const cipher = createCipheriv("aes-128-cbc", md5(passphrase, iv.subarray(0, 8)), iv);
  const lines = `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${iv.toString("hex").toUpperCase()}\n\n`;
  return pem("RSA PRIVATE KEY", Buffer.concat([cipher.update(der), cipher.final()]), lines);
}

it("the count of an honest key is read", () => {
  expect(iterationsOf(easy)).toBe(2048);
});

it.each([
  ["an RSA prime of 60,000 bits", () => pem("RSA PRIVATE KEY", withLargePrime())],
  [
    "the same as PKCS#8",
    () =>
      pem("PRIVATE KEY", tlv(0x30, zero, tlv(0x30, object("2a864886f70d010101"), tlv(5)), tlv(4, withLargePrime()))),
  ],
  ["DSA as PKCS#8", () => pem("PRIVATE KEY", dsa())],
  ["DSA under another name", () => pem("RSA PRIVATE KEY", dsa())],
  ["an RSA prime behind a passphrase", () => proc(withLargePrime())],
  ["2,147,483,647 iterations", () => pem("ENCRYPTED PRIVATE KEY", sealed(pbkdf2(SALT, COUNT)))],
  ["the same behind a count in the salt", () => pem("ENCRYPTED PRIVATE KEY", sealed(pbkdf2(saltWithCount(), COUNT)))],
  ["scrypt behind PBKDF2 in the salt", () => pem("ENCRYPTED PRIVATE KEY", sealed(scrypt))],
  [
    "another key in a line before",
    () => pem("ENCRYPTED PRIVATE KEY", sealed(pbkdf2(SALT, COUNT)), `${easy.toString("base64")}: x\n\n`),
  ],
])("%s", async (_, text) => {
  const started = performance.now();
  const failure = await readPrivateKey(text(), "pw").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(KeyError);
  expect((failure as KeyError).code).toMatch(/^(not_a_key|unsupported)$/);
  expect(performance.now() - started).toBeLessThan(1_500);
});
