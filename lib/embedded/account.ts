// Which operating system user the embedded PostgreSQL runs as: PostgreSQL refuses to be root.
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { StartError } from "../start-error";

/** Another user than ours, by whom PostgreSQL is run when we are root. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** The environment of PostgreSQL's programs: nothing of ours, which holds secrets. */
export const PLAIN_ENVIRONMENT = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
} as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv;

const OWN_ACCOUNT = "dozor";
const CREATE = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", OWN_ACCOUNT];

function idOf(flag: "-u" | "-g", name: string): number | undefined {
  const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : undefined;
}

function findAccount(name: string): Account | undefined {
  const uid = idOf("-u", name);
  const gid = idOf("-g", name);
  return uid && gid !== undefined ? { name, uid, gid } : undefined;
}

/**
 * The account for PostgreSQL, or undefined where our own user will do.
 * @param dataDirectory an existing database keeps its owner, whatever accounts were made since
 * @throws StartError if we are root and have no other user
 */
export function serverAccount(dataDirectory: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(dataDirectory, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const account = findAccount("postgres") ?? findAccount(OWN_ACCOUNT);
  if (account) return account;
  const [command = "", ...parameters] = CREATE;
  spawnSync(command, parameters);
  const created = findAccount(OWN_ACCOUNT);
  if (created) return created;
  throw new StartError(
    `PostgreSQL refuses to run as root, and the user ${OWN_ACCOUNT} could not be created. Create it with\n  ${CREATE.join(" ")}\nor start Dozor as an ordinary user.`,
  );
}

/** Runs a short command as that account and waits for it. */
export function runAs(account: Account | undefined, command: string, parameters: string[]): SpawnSyncReturns<string> {
  return spawnSync(command, parameters, {
    encoding: "utf8",
    cwd: "/",
    env: PLAIN_ENVIRONMENT,
    ...(account && { uid: account.uid, gid: account.gid }),
  });
}

/** Whether that account can enter the directory. */
export function canEnter(account: Account | undefined, directory: string): boolean {
  if (!account) return true;
  return runAs(account, "/bin/sh", ["-c", 'cd -- "$1"', "sh", directory]).status === 0;
}
