// Where everything that must survive lives: the database, its log, generated secrets.
import { accessSync, chmodSync, constants, existsSync, mkdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { StartError } from "../start-error";
import { type Account, canEnter, serverAccount } from "./account";
import { explainFileError } from "./file-error";

export interface DataDirectory {
  /** Absolute, without symbolic links, writable by us and open to the account. */
  path: string;
  account: Account | undefined;
}

const DEFAULT = ".data";
/** Used by root where the account cannot reach the default, e.g. in a clone under /root. */
const DEFAULT_OF_ROOT = "/var/lib/dozor";

/** The database's folder (PGDATA) inside. */
export const databaseFolder = (directory: string): string => path.join(directory, "postgres");

function ancestors(directory: string): string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [directory] : [...ancestors(parent), directory];
}

/** The outermost existing folder on the way that the account cannot enter. */
function barrier(account: Account | undefined, directory: string): string | undefined {
  const existing = ancestors(directory).filter((folder) => existsSync(folder));
  const last = existing.at(-1);
  if (last === undefined || canEnter(account, last)) return undefined;
  return existing.find((folder) => !canEnter(account, folder));
}

function choose(given: string | undefined): { wanted: string; account: Account | undefined } {
  const wanted = path.resolve(given ?? DEFAULT);
  const account = serverAccount(databaseFolder(wanted));
  const blocking = barrier(account, wanted);
  if (blocking === undefined) return { wanted, account };
  if (given === undefined) return { wanted: DEFAULT_OF_ROOT, account: serverAccount(databaseFolder(DEFAULT_OF_ROOT)) };
  throw new StartError(
    `DATA_DIR ${wanted} cannot be reached by the user ${account?.name}, as whom PostgreSQL runs because it refuses to be root. Open the way with \`chmod o+x ${blocking}\`, or choose a DATA_DIR elsewhere, e.g. ${DEFAULT_OF_ROOT}, or start Dozor as an ordinary user.`,
  );
}

/** @returns the outermost folder that was made, or undefined if there was nothing to make */
function makeFolders(directory: string): string | undefined {
  try {
    return mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    // On a read-only file system Node reports ENOENT for the recursive call; the plain one tells the truth.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") mkdirSync(directory, { mode: 0o700 });
    throw error;
  }
}

function create(directory: string, account: Account | undefined): void {
  const first = makeFolders(directory);
  // PostgreSQL's user must pass through what was made just now, and needs no more than that.
  if (first === undefined || !account) return;
  for (const folder of ancestors(directory)) if (folder.length >= first.length) chmodSync(folder, 0o711);
}

/**
 * Chooses the data directory and makes it if need be.
 * @param given DATA_DIR, or undefined for the default
 * @throws StartError if it cannot be made, read, written or reached
 */
export function prepareDataDirectory(given: string | undefined): DataDirectory {
  let directory = path.resolve(given ?? DEFAULT);
  try {
    const { wanted, account } = choose(given);
    directory = wanted;
    create(wanted, account);
    accessSync(wanted, constants.R_OK | constants.W_OK | constants.X_OK);
    return { path: realpathSync(wanted), account };
  } catch (error) {
    throw explainFileError(error, directory);
  }
}
