import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StartError } from "../start-error";

/** 48 random bytes as text. */
export const randomSecret = (): string => randomBytes(48).toString("base64url");

/**
 * A secret that is made once and kept in the data directory, mode 0600.
 * Two starts at once get the same one: the file appears complete or not at all.
 */
export function keptSecret(directory: string, name: string, make: () => string = randomSecret): string {
  const folder = path.join(directory, "secrets");
  const file = path.join(folder, name);
  const known = readKept(file);
  if (known !== undefined) return known;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.new-${process.pid}`;
  try {
    writeFileSync(temporary, `${make()}\n`, { mode: 0o600, flush: true });
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readKept(file) ?? "";
}

function readKept(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (text !== "") return text;
  throw new StartError(`${file} is empty. Restore it from a backup: what it protects cannot be read without it.`);
}
