// One PostgreSQL data directory and how it is made.
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { StartError } from "../start-error";
import { type Account, runAs } from "./account";
import type { Binaries } from "./binaries";

export interface Cluster {
  binaries: Binaries;
  account: Account | undefined;
  /** PGDATA: absolute, without symbolic links. */
  directory: string;
  logFile: string;
  /** Server settings beside those in postgresql.conf; they win. */
  settings: Readonly<Record<string, string>>;
}

/** The superuser and the database that are ours. */
export const DATABASE_USER = "dozor";

// A monitor's store beside the things it watches: small memory, few connections, no replication.
// Everything is durable (synchronous_commit stays on); wal_level stays `replica` because a base backup needs it.
// They go to postgresql.conf once, so that whoever runs a large store can raise them there.
const FIRST_SETTINGS: Readonly<Record<string, string>> = {
  max_connections: "60",
  shared_buffers: "64MB",
  effective_cache_size: "256MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  max_wal_size: "512MB",
  wal_compression: "pglz",
  max_wal_senders: "0",
  max_replication_slots: "0",
  max_logical_replication_workers: "0",
  checkpoint_timeout: "15min",
  random_page_cost: "1.1",
  track_io_timing: "on",
  shared_preload_libraries: "pg_stat_statements",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] %q%a ",
  log_checkpoints: "off",
  // A process of its own for each of three I/O workers buys nothing at this size.
  io_method: "sync",
};

/**
 * Creates the database where there is none; the folder appears complete or not at all.
 * @throws StartError with initdb's own words
 */
export function initialiseCluster({ binaries, account, directory }: Cluster, password: string): void {
  removeLeftovers(directory);
  if (existsSync(directory)) {
    requireVersion(directory, binaries.major);
    return;
  }
  const building = `${directory}.new-${process.pid}`;
  const passwordFile = `${building}.password`;
  try {
    mkdirSync(building, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (account) for (const file of [building, passwordFile]) chownSync(file, account.uid, account.gid);
    runInitdb(binaries, account, ["-D", building, `--pwfile=${passwordFile}`]);
    renameSync(building, directory);
  } catch (error) {
    // Another start was faster; which of the two may stay is decided by the ownership lock.
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(building, { recursive: true, force: true });
  }
}

function runInitdb(binaries: Binaries, account: Account | undefined, parameters: string[]): void {
  const { status, stderr, error } = runAs(account, binaries.initdb, [
    ...parameters,
    `--username=${DATABASE_USER}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The builtin provider sorts the same on every machine, so that an index survives a move.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
    ...Object.entries(FIRST_SETTINGS).map(([name, value]) => `--set=${name}=${value}`),
  ]);
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split("\n").slice(-4).join("\n");
  throw new StartError(`The embedded PostgreSQL could not be set up:\n${reason}`);
}

// What a killed start left behind; a start that is still at it keeps its folder.
function removeLeftovers(directory: string): void {
  const parent = path.dirname(directory);
  const prefix = `${path.basename(directory)}.new-`;
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (pid === process.pid || !isAlive(pid)) removeAtLast(path.join(parent, name));
  }
}

const PATIENCE_MS = 10_000;

// The initdb of a killed start works on for a second and may put new files where old ones were just removed.
function removeAtLast(folder: string): void {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY" || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/** Whether a process of that number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function requireVersion(directory: string, major: number): void {
  const found = Number.parseInt(readFileSync(path.join(directory, "PG_VERSION"), "utf8"), 10);
  if (found === major) return;
  throw new StartError(
    `${directory} holds a database of PostgreSQL ${found}; this version of Dozor brings PostgreSQL ${major}. Nothing was changed. Start the version of Dozor that made it, or serve that folder with a PostgreSQL ${found} of your own and set DATABASE_URL, or begin anew with another DATA_DIR.`,
  );
}
