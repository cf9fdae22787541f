// Texts that nobody may find again, and every form in which they might be lying somewhere.
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Secret {
  name: string;
  text: string;
  /** The part that no encoding of the text around it changes. */
  core: string;
}

/** A secret that passes for a password: letters, digits, and signs that forms and addresses encode. */
export function newSecret(name: string): Secret {
  const core = randomBytes(16).toString("hex");
  return { name, text: `Aa1+é&${core}`, core };
}

/** One that the product made and gave out, once. */
export const givenOut = (name: string, text: string): Secret => ({ name, text, core: text });

/** The middle of the core's base64, at each of the three places where it may begin; other letters at its ends depend on what is beside it. */
function base64Parts(core: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(core)]).toString("base64");
    return encoded.slice(before === 0 ? 0 : 4, Math.floor((before + core.length) / 3) * 4);
  });
}

/** The core as it stands, as hex, and as base64 of either alphabet. */
export function formsOf({ core }: Secret): string[] {
  const hex = Buffer.from(core).toString("hex");
  const base64 = base64Parts(core).flatMap((part) => [part, part.replaceAll("+", "-").replaceAll("/", "_")]);
  return [...new Set([core, hex, hex.toUpperCase(), ...base64])];
}

/** Which secrets a text or the bytes of a file hold. */
export function foundIn(where: string | Buffer, secrets: readonly Secret[]): string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => where.includes(form))).map(({ name }) => name);
}

/** Every file below a folder, as bytes; one that vanishes meanwhile is passed over. */
export function* filesBelow(folder: string): Generator<{ path: string; bytes: Buffer }> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) {
      try {
        yield { path, bytes: readFileSync(path) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
  }
}
