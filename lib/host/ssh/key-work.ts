// Slow work on keys in a process of its own: OpenSSH's passphrases cost half a second of pure JavaScript each, and what a key
// has OpenSSL compute can be ended in no thread.
import { execFile } from "node:child_process";
import { Turns } from "../../turns";
import { KeyError } from "./key-error";

/** Finding the primes of RSA takes as long as luck wants. */
const DEADLINE_MS = { open: 20_000, generate: 120_000 };
const turns = new Turns(2);

/** Resolved from the application's folder, in which every process of it runs. */
const CODE = `
const { readFileSync } = require("node:fs");
const { constants, setPriority } = require("node:os");
const { createPrivateKey } = require("node:crypto");

function generated({ type, bits, comment, passphrase }) {
  const { utils } = require("ssh2");
  const options = { bits, comment, ...(passphrase ? { passphrase, cipher: "aes256-ctr", rounds: 16 } : {}) };
  for (;;) {
    const pair = utils.generateKeyPairSync(type, options);
    // ssh2 1.17 drops leading zero bytes of Ed25519 public keys; one in 256 has some.
    const { length } = Buffer.from(pair.public.split(" ")[1], "base64");
    if (type !== "ed25519" || length === 51) return { privateKey: pair.private, publicKey: pair.public };
  }
}

function opened({ form, text, passphrase }) {
  if (form === "pem") {
    const key = createPrivateKey({ key: text, format: "pem", passphrase });
    return key.export({ type: "pkcs8", format: "pem" });
  }
  const key = require("ssh2").utils.parseKey(text, passphrase);
  if (key instanceof Error) throw key;
  return (Array.isArray(key) ? key[0] : key).getPrivatePEM();
}

function answer() {
  const wish = JSON.parse(readFileSync(0, "utf8"));
  try {
    return { value: wish.work === "generate" ? generated(wish) : opened(wish) };
  } catch (error) {
    return { failed: String(error.code ?? error.message) };
  }
}

// Nobody else waits for it.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.stdout.write(JSON.stringify(answer()));
`;

export interface GenerateWork {
  work: "generate";
  type: "ed25519" | "rsa";
  bits: number | undefined;
  comment: string;
  passphrase: string;
}

export interface OpenWork {
  work: "open";
  form: "openssh" | "pem" | "ppk";
  text: string;
  passphrase: string;
}

/** The pair, private part in OpenSSH's form. */
export function generatePair(wish: GenerateWork): Promise<{ privateKey: string; publicKey: string }> {
  return turns.run(() => inProcess(wish)) as Promise<{ privateKey: string; publicKey: string }>;
}

/** The key as PEM without a passphrase. @throws KeyError `passphrase_wrong` */
export function openKey(wish: OpenWork): Promise<string> {
  return turns.run(() => inProcess(wish)) as Promise<string>;
}

function inProcess(wish: GenerateWork | OpenWork): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: DEADLINE_MS[wish.work], killSignal: "SIGKILL", maxBuffer: 1024 * 1024 } as const;
    const child = execFile(
      process.execPath,
      ["-e", CODE],
      { ...limits, env: {} as NodeJS.ProcessEnv },
      (error, said) => {
        const advice = "The key takes too long to open; make it with fewer rounds (ssh-keygen -p -a 16)";
        if (error?.killed)
          reject(wish.work === "open" ? new KeyError("unsupported", advice) : new Error("Making a key takes too long"));
        else if (error) reject(new Error(`The process that works on keys ended with ${error.code}`));
        else settle(JSON.parse(said));
      },
    );
    const settle = (answer: { value?: unknown; failed?: string }) => {
      if (answer.failed === undefined) resolve(answer.value);
      else if (wish.work === "open" && answer.failed !== "MODULE_NOT_FOUND")
        reject(new KeyError("passphrase_wrong", "The passphrase does not open this key"));
      else reject(new Error(`Working on a key failed: ${answer.failed}`));
    };
    // It may be gone before it has read everything; the end tells why.
    child.stdin?.on("error", () => {}).end(JSON.stringify(wish));
  });
}
