// A data directory in the making: built beside the place it goes to, and put there at once or not at all.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StartError } from "../start-error";
import { locateBinaries } from "./binaries";
import { isAlive } from "./cluster";
import { type DataDirectory, databaseFolder, prepareDataDirectory } from "./data-directory";
import { keptSecret } from "./kept-secret";
import { stopPostmaster } from "./postmaster";

const PREFIX = "restore.new-";
/** Stands in the folder of secrets while the database that belongs to them is not there yet. */
const MARK = "restoring";
const SECRETS = "secrets";

export interface Stage {
  /** What the database is started in meanwhile. */
  data: DataDirectory;
  /** Puts everything in its place; the database must be stopped. The last step is the database's folder. */
  publish(): void;
  /** Takes away what was built. */
  discard(): void;
}

/**
 * Begins to build the content of a data directory that has none.
 * @param secrets by the names under which Dozor keeps them
 * @throws StartError if there is a database or secrets, or another restore is at work
 */
export async function beginStage(target: DataDirectory, secrets: Readonly<Record<string, string>>): Promise<Stage> {
  await removeLeftovers(target);
  requireNothing(target.path);
  const data = prepareDataDirectory(path.join(target.path, `${PREFIX}${process.pid}`));
  for (const [name, secret] of Object.entries(secrets)) keptSecret(data.path, name, () => secret);
  return {
    data,
    publish() {
      requireNothing(target.path);
      const folder = path.join(data.path, SECRETS);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path.join(folder, MARK), "", { flush: true });
      renameSync(folder, path.join(target.path, SECRETS));
      renameSync(databaseFolder(data.path), databaseFolder(target.path));
      rmSync(path.join(target.path, SECRETS, MARK));
      rmSync(data.path, { recursive: true, force: true });
    },
    discard() {
      rmSync(data.path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function requireNothing(directory: string): void {
  const found = [databaseFolder(directory), path.join(directory, SECRETS)].find((folder) => existsSync(folder));
  if (found)
    throw new StartError(
      `${found} is there already. Nothing was restored. Move ${directory} away, or give another DATA_DIR.`,
    );
}

/** What killed restores left behind: a half-built database, and secrets to which none came. */
async function removeLeftovers({ path: directory, account }: DataDirectory): Promise<void> {
  for (const name of readdirSync(directory).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    if (pid !== process.pid && isAlive(pid))
      throw new StartError(`Another restore (process ${pid}) is at work in ${directory}. Nothing was restored.`);
    const folder = path.join(directory, name);
    await stopPostmaster({
      binaries: locateBinaries(account, folder),
      account,
      directory: databaseFolder(folder),
      logFile: path.join(folder, "postgres.log"),
      settings: {},
    });
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const secrets = path.join(directory, SECRETS);
  if (existsSync(path.join(secrets, MARK)) && !existsSync(databaseFolder(directory)))
    rmSync(secrets, { recursive: true, force: true });
}
