import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StartError } from "../start-error";

/** 48 random bytes as text. */
export const randomSecret = (): string => randomBytes(48).toString("base64url");

/**
 * A secret that is made once and kept in the data directory, mode 0600.
 * Two starts at once get the same one: the file appears complete or not at all.
 * @throws StartError if it is empty, or others laid it ready for us
 */
export function keptSecret(directory: string, name: string, make: () => string = randomSecret): string {
  const folder = path.join(directory, "secrets");
  const file = path.join(folder, name);
  makeFolder(directory, folder);
  const known = readKept(directory, file);
  if (known !== undefined) return known;
  const temporary = `${file}.new-${process.pid}`;
  try {
    writeFileSync(temporary, `${make()}\n`, { mode: 0o600, flush: true });
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readKept(directory, file) ?? "";
}

/** Where others may write in the data directory, one of them may have been there before us. */
function makeFolder(directory: string, folder: string): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink())
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!lstatSync(folder).isDirectory())
    throw new StartError(`${folder} is a link. Put the folder itself in its place.`);
  closeToOthers(directory, folder, 0o700);
}

/** Takes others' rights away. @throws StartError if the owner is neither we, nor root, nor who owns the data directory */
function closeToOthers(directory: string, file: string, mode: number): void {
  const us = process.getuid?.();
  if (us === undefined) return;
  const { uid, mode: found } = statSync(file);
  if (![us, 0, statSync(directory).uid].includes(uid)) {
    throw new StartError(
      `${file} belongs to another user (${uid}), who may know what is in it. Remove it, or set DATA_DIR to a folder in which only you may write.`,
    );
  }
  if ((found & 0o077) !== 0 && uid === us) chmodSync(file, mode);
}

function readKept(directory: string, file: string): string | undefined {
  let text: string;
  try {
    closeToOthers(directory, file, 0o600);
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (text !== "") return text;
  throw new StartError(`${file} is empty. Restore it from a backup: what it protects cannot be read without it.`);
}
