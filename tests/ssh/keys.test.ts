// Keys against the real ssh-keygen: what it makes is read, and what is made here it accepts.
import { execFileSync } from "node:child_process";
import { createCipheriv, createHash, createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { generateSshKey, KeyError, readPrivateKey } from "../../lib/host/ssh/keys";
import { blobFrom } from "../../lib/host/ssh/public-key";

const folder = mkdtempSync(join(tmpdir(), "dozor-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const sshKeygen = (...args: string[]) => execFileSync("ssh-keygen", args, { encoding: "utf8", stdio: "pipe" });

const bases = new Map<string, string>();

/** A key made by ssh-keygen, once for each type and size. */
function baseKey(type: string, size: string): string {
  const known = bases.get(type + size);
  if (known) return known;
  const file = join(folder, `base-${type}${size}`);
  sshKeygen("-q", "-t", type, ...(size === "" ? [] : ["-b", size]), "-N", "", "-C", "somebody@somewhere", "-f", file);
  bases.set(type + size, file);
  return file;
}

/** It in another form, as ssh-keygen writes it: its path, its text, and what `ssh-keygen -lf` says. */
function made(type: string, passphrase: string, format: string, more: string[] = [], size = "") {
  const file = join(folder, `key${count++}`);
  const base = baseKey(type, size);
  copyFileSync(base, file);
  copyFileSync(`${base}.pub`, `${file}.pub`);
  sshKeygen("-q", "-p", "-P", "", "-N", passphrase, "-m", format, ...more, "-f", file);
  return { file, text: readFileSync(file, "utf8"), ...told(file) };
}

function told(file: string) {
  const [bits, fingerprint] = sshKeygen("-lf", `${file}.pub`).split(" ");
  const publicKey = readFileSync(`${file}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
  return { bits: Number(bits), fingerprint, publicKey };
}

/** The code of the KeyError with which reading ends. */
async function problem(text: string, passphrase?: string): Promise<string> {
  const error = await readPrivateKey(text, passphrase).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KeyError);
  const { code, message } = error as KeyError;
  if (passphrase) expect(message).not.toContain(passphrase);
  return code;
}

const KINDS: [type: string, size: string, format: string][] = [
  ["ed25519", "", "RFC4716"],
  ["rsa", "2048", "RFC4716"],
  ["rsa", "2048", "PEM"],
  ["rsa", "2048", "PKCS8"],
  ["ecdsa", "256", "RFC4716"],
  ["ecdsa", "384", "PEM"],
  ["ecdsa", "521", "PKCS8"],
];

/** As appendix C.4 of PuTTY's manual describes version 2. */
function puttyFile(key: KeyObject, passphrase: string): string {
  const jwk = key.export({ format: "jwk" });
  const number = (text = "") => {
    const bytes = Buffer.from(text, "base64url");
    return bytes.readUInt8(0) < 128 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
  };
  const sha1 = (...parts: (string | Buffer)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash("sha1")).digest();
  const pub = blobFrom(["ssh-rsa", number(jwk.e), number(jwk.n)]);
  const plain = blobFrom([number(jwk.d), number(jwk.p), number(jwk.q), number(jwk.qi)]);
  const padded = Buffer.concat([plain, sha1(plain).subarray(0, (16 - (plain.length % 16)) % 16)]);
  const encryption = passphrase === "" ? "none" : "aes256-cbc";
  let priv = plain;
  if (passphrase !== "") {
    const secret = Buffer.concat([0, 1].map((count) => sha1(Buffer.from([0, 0, 0, count]), passphrase)));
    const cipher = createCipheriv("aes-256-cbc", secret.subarray(0, 32), Buffer.alloc(16)).setAutoPadding(false);
    priv = Buffer.concat([cipher.update(padded), cipher.final()]);
  }
  const signed = blobFrom(["ssh-rsa", encryption, "c", pub, passphrase === "" ? plain : padded]);
  const mac = createHmac("sha1", sha1("putty-private-key-file-mac-key", passphrase)).update(signed).digest("hex");
  const lines = (bytes: Buffer) => bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return [
    "PuTTY-User-Key-File-2: ssh-rsa",
    `Encryption: ${encryption}`,
    "Comment: c",
    `Public-Lines: ${lines(pub).length}`,
    ...lines(pub),
    `Private-Lines: ${lines(priv).length}`,
    ...lines(priv),
    `Private-MAC: ${mac}`,
    "",
  ].join("\n");
}

describe("reading", () => {
  it.each(KINDS)("%s %s as %s, with and without a passphrase", async (type, size, format) => {
    const plain = made(type, "", format, [], size);
    expect(await readPrivateKey(plain.text.replaceAll("\n", "\r\n"))).toEqual({
      type: plain.publicKey.split(" ")[0],
      bits: plain.bits,
      fingerprint: plain.fingerprint,
      publicKey: plain.publicKey,
      hasPassphrase: false,
      privateKey: plain.text,
    });

    const sealed = made(type, "open sésame", format, ["-a", "2"], size);
    const { fingerprint, hasPassphrase, privateKey } = await readPrivateKey(sealed.text, "open sésame");
    expect({ fingerprint, hasPassphrase }).toEqual({ fingerprint: sealed.fingerprint, hasPassphrase: true });
    expect(privateKey).toBe(sealed.text);
    expect(await problem(sealed.text)).toBe("passphrase_needed");
    expect(await problem(sealed.text, "")).toBe("passphrase_needed");
    expect(await problem(sealed.text, "open sesame")).toBe("passphrase_wrong");
  });

  it("Ed25519 as PKCS#8, which OpenSSL writes", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const plain = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const sealed = privateKey
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "pw" })
      .toString();
    const facts = await readPrivateKey(plain);
    expect(facts).toMatchObject({ type: "ssh-ed25519", bits: 256, hasPassphrase: false });
    expect(await readPrivateKey(sealed, "pw")).toMatchObject({ fingerprint: facts.fingerprint, hasPassphrase: true });
    expect(await problem(sealed, "wrong")).toBe("passphrase_wrong");
  });

  it("a passphrase given to a key that has none is ignored", async () => {
    const { text } = made("ed25519", "", "RFC4716");
    expect(await readPrivateKey(text, "needless")).toMatchObject({ hasPassphrase: false });
  });

  it("other ciphers of OpenSSH; the one that cannot be read says how to change it", async () => {
    const gcm = made("ed25519", "pw", "RFC4716", ["-Z", "aes256-gcm@openssh.com", "-a", "2"]);
    expect(await readPrivateKey(gcm.text, "pw")).toMatchObject({ fingerprint: gcm.fingerprint });
    const chacha = made("ed25519", "pw", "RFC4716", ["-Z", "chacha20-poly1305@openssh.com", "-a", "2"]);
    await expect(readPrivateKey(chacha.text, "pw")).rejects.toThrow("ssh-keygen -p");
  });

  it("PuTTY's old form of RSA keys", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { fingerprint } = await readPrivateKey(privateKey.export({ type: "pkcs1", format: "pem" }).toString());
    expect(await readPrivateKey(puttyFile(privateKey, ""))).toMatchObject({ fingerprint, hasPassphrase: false });
    const sealed = puttyFile(privateKey, "pw");
    expect(await readPrivateKey(sealed, "pw")).toMatchObject({ fingerprint, hasPassphrase: true, privateKey: sealed });
    expect(await problem(sealed)).toBe("passphrase_needed");
    expect(await problem(sealed, "wrong")).toBe("passphrase_wrong");
  });

  it("lines around the key are left out, as of openssl's bag attributes and EC parameters", async () => {
    const { text, fingerprint } = made("ecdsa", "", "PEM", [], "256");
    const around = `\uFEFFBag Attributes\n-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${text}\n# end`;
    expect(await readPrivateKey(around)).toMatchObject({ fingerprint, privateKey: text });
  });
});

describe("refusing", () => {
  const pem = (type: "pkcs1" | "pkcs8", bits: number) =>
    generateKeyPairSync("rsa", { modulusLength: bits }).privateKey.export({ type, format: "pem" }).toString();

  it("names what is wrong", async () => {
    const { file, text } = made("ed25519", "", "RFC4716");
    const pub = readFileSync(`${file}.pub`, "utf8");
    const dsa = generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 });
    const ed448 = generateKeyPairSync("ed448").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const k256 = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
    const table: [string, string][] = [
      ["", "not_a_key"],
      ["hello", "not_a_key"],
      ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "not_a_key"],
      [text.slice(0, 200), "not_a_key"],
      [text.replace(/\n[^\n]+\n-----END/, "\n-----END"), "not_a_key"],
      ["-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "not_a_key"],
      ["x".repeat(70_000), "not_a_key"],
      [pub, "public_key"],
      [sshKeygen("-e", "-f", `${file}.pub`), "public_key"],
      ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "public_key"],
      [pem("pkcs1", 1024), "too_weak"],
      [pem("pkcs8", 1536), "too_weak"],
      [dsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), "unsupported"],
      ["-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----", "unsupported"],
      [ed448, "unsupported"],
      [k256.privateKey.export({ type: "sec1", format: "pem" }).toString(), "unsupported"],
      ["PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "unsupported"],
    ];
    for (const [given, code] of table)
      expect([given.slice(0, 60), await problem(given)]).toEqual([given.slice(0, 60), code]);
  });

  it("a key whose halves do not belong together", async () => {
    const lines = made("rsa", "", "PEM", [], "2048").text.split("\n");
    const mixed = [...lines.slice(0, 8), ...pem("pkcs1", 2048).split("\n").slice(8)].join("\n");
    expect(await problem(mixed)).toBe("not_a_key");
  });

  it("passphrases whose check would take minutes", async () => {
    const { file } = made("ed25519", "pw", "RFC4716", ["-a", "2"]);
    const text = readFileSync(file, "utf8");
    const bytes = Buffer.from(text.split("\n").slice(1, -2).join(""), "base64");
    const rounds = bytes.indexOf(Buffer.from([0, 0, 0, 16])) + 4 + 16;
    expect(bytes.readUInt32BE(rounds)).toBe(2);
    bytes.writeUInt32BE(100_000_000, rounds);
    const slow = `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
    expect(await problem(slow, "pw")).toBe("unsupported");
  });

  it("never throws anything else, whatever is given", async () => {
    const { text } = made("ed25519", "", "RFC4716");
    const near = fc
      .tuple(fc.nat(text.length - 1), fc.string({ maxLength: 3 }))
      .map(([at, put]) => text.slice(0, at) + put + text.slice(at + put.length + 1));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), near), async (given) => {
        const error = await readPrivateKey(given).catch((thrown: unknown) => thrown);
        if (error instanceof Error) expect(error).toBeInstanceOf(KeyError);
      }),
      { numRuns: 300 },
    );
  });
});

describe("generating", () => {
  it.each([
    ["ed25519", undefined, "", 256],
    ["ed25519", undefined, "quiet harbour", 256],
    ["rsa", 2048, "quiet harbour", 2048],
    ["rsa", undefined, "", 3072],
  ] as const)("%s %s with passphrase %j: ssh-keygen accepts it", async (type, bits, passphrase, size) => {
    const key = await generateSshKey({ type, bits, passphrase, comment: "dozor\nat  home" });
    const file = join(folder, `made${count++}`);
    writeFileSync(file, key.privateKey, { mode: 0o600 });
    writeFileSync(`${file}.pub`, `${key.publicKey}\n`);
    const accepted = sshKeygen("-y", "-P", passphrase, "-f", file).split(" ");
    expect(accepted.slice(0, 2)).toEqual(key.publicKey.split(" ").slice(0, 2));
    expect(sshKeygen("-lf", `${file}.pub`)).toContain(`${size} ${key.fingerprint} dozor at home`);
    expect(key).toMatchObject({ bits: size, hasPassphrase: passphrase !== "" });
    expect(await readPrivateKey(key.privateKey, passphrase)).toMatchObject({ fingerprint: key.fingerprint });
  });

  it("opening a passphrase does not hold up anything else", async () => {
    const { text } = made("ed25519", "pw", "RFC4716", ["-a", "16"]);
    let longest = 0;
    let last = performance.now();
    const ticks = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const started = performance.now();
    await readPrivateKey(text, "pw");
    const spent = performance.now() - started;
    clearInterval(ticks);
    expect(spent).toBeGreaterThan(100);
    expect(longest).toBeLessThan(spent / 2);
  });
});
