// Slow work on keys in a thread of its own: OpenSSH's passphrases cost half a second of pure JavaScript each.
import { Worker } from "node:worker_threads";
import { Turns } from "../../turns";
import { KeyError } from "./key-error";

/** Finding the primes of RSA takes as long as luck wants. */
const DEADLINE_MS = { open: 20_000, generate: 120_000 };
const turns = new Turns(2);

/** Resolved from the application's folder, in which every process of it runs. */
const CODE = `
const { parentPort, workerData: wish } = require("node:worker_threads");
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

try {
  parentPort.postMessage({ value: wish.work === "generate" ? generated(wish) : opened(wish) });
} catch (error) {
  parentPort.postMessage({ failed: String(error.code ?? error.message) });
}
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
  return turns.run(() => inThread(wish)) as Promise<{ privateKey: string; publicKey: string }>;
}

/** The key as PEM without a passphrase. @throws KeyError `passphrase_wrong` */
export function openKey(wish: OpenWork): Promise<string> {
  return turns.run(() => inThread(wish)) as Promise<string>;
}

function inThread(wish: GenerateWork | OpenWork): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(CODE, { eval: true, workerData: wish, env: {}, execArgv: [] });
    const late = setTimeout(() => {
      const advice = "The key takes too long to open; make it with fewer rounds (ssh-keygen -p -a 16)";
      reject(wish.work === "open" ? new KeyError("unsupported", advice) : new Error("Making a key takes too long"));
      void worker.terminate();
    }, DEADLINE_MS[wish.work]);
    worker.once("message", (answer: { value?: unknown; failed?: string }) => {
      if (answer.failed === undefined) resolve(answer.value);
      else if (wish.work === "open" && answer.failed !== "MODULE_NOT_FOUND")
        reject(new KeyError("passphrase_wrong", "The passphrase does not open this key"));
      else reject(new Error(`Working on a key failed: ${answer.failed}`));
    });
    worker.once("error", reject);
    worker.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`The thread that works on keys ended with ${code}`));
    });
  });
}
