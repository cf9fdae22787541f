// Starts, finds and stops the postgres process of a cluster.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../start-error";
import { PLAIN_ENVIRONMENT } from "./account";
import { type Cluster, isAlive } from "./cluster";

export interface Postmaster {
  pid: number;
  port: number;
  /** Accepts connections; false while it starts, recovers or stops. */
  ready: boolean;
}

export interface EnsuredPostmaster extends Postmaster {
  /** Whether this call started it. */
  spawned: boolean;
}

/** What postmaster.pid says, or undefined if there is none (or it is just being written). */
function readPidFile(directory: string): Postmaster | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(directory, "postmaster.pid"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  // https://www.postgresql.org/docs/18/storage-file-layout.html: pid, directory, start time, port, …, eighth line: status
  const lines = text.split("\n");
  const pid = Number.parseInt(lines[0] ?? "", 10);
  return pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === "ready" } : undefined;
}

/** Whether that process is a live postgres serving this directory: not gone, no zombie, no other program. */
function serves(pid: number, directory: string): boolean {
  if (process.platform === "win32") return isAlive(pid);
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-o", "stat=,command=", "-p", String(pid)], { encoding: "utf8" });
    return !stdout.startsWith("Z") && stdout.includes(directory);
  }
  try {
    const [program = "", ...parameters] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return path.basename(program).startsWith("postgres") && parameters.includes(directory);
  } catch {
    return false;
  }
}

/** The running postgres of this cluster, whoever started it. */
export function findPostmaster({ directory }: Cluster): Postmaster | undefined {
  const found = readPidFile(directory);
  return found && serves(found.pid, directory) ? found : undefined;
}

/**
 * PostgreSQL refuses to start while the number in a stale postmaster.pid belongs to any process, a zombie included.
 * With our number in it (a parent's is passed over) it starts, and still looks for orphans of the former server,
 * which it could not do without the file.
 */
function disarmStalePidFile(directory: string): void {
  const stale = readPidFile(directory);
  if (!stale || !isAlive(stale.pid) || serves(stale.pid, directory)) return;
  const file = path.join(directory, "postmaster.pid");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^\d+/, String(process.pid)));
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-5).join("\n");
  } catch {
    return `(${file} cannot be read)`;
  }
}

interface Spawned {
  pid: number | undefined;
  /** Rejects when the process ends. */
  failed: Promise<never>;
}

/**
 * Spawns postgres, detached: Ctrl-C at the terminal reaches us alone, and we stop it in order.
 * TCP on loopback with a generated password instead of a Unix socket: every client (pg, Prisma, a probe) takes
 * the same address, a deep DATA_DIR cannot exceed a socket path's 107 bytes, and Windows works.
 */
function spawnPostmaster({ binaries, account, directory, logFile, settings }: Cluster, port: number): Spawned {
  const fixed = { ...settings, listen_addresses: "127.0.0.1", port: String(port), unix_socket_directories: "" };
  const output = openSync(logFile, "a", 0o600);
  const child = spawn(
    binaries.postgres,
    ["-D", directory, ...Object.entries(fixed).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      cwd: "/",
      detached: true,
      stdio: ["ignore", output, output],
      env: PLAIN_ENVIRONMENT,
      ...(account && { uid: account.uid, gid: account.gid }),
    },
  );
  closeSync(output);
  child.unref();
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (cause) => reject(new StartError(`PostgreSQL cannot be run: ${cause.message}`, { cause })));
    child.once("exit", () => reject(new StartError(`PostgreSQL did not start:\n${lastLines(logFile)}`)));
  });
  // Later exits are the supervisor's business.
  failed.catch(() => {});
  return { pid: child.pid, failed };
}

/** Waits until the cluster's postgres is ready, however long its recovery takes; undefined if it is gone. */
async function untilReady(cluster: Cluster): Promise<Postmaster | undefined> {
  for (;;) {
    const found = findPostmaster(cluster);
    if (!found || found.ready) return found;
    await sleep(20);
  }
}

/**
 * Finds the running postgres or starts one.
 * @param port gives the port for a new process
 * @throws StartError with the last lines of its log
 */
export async function ensurePostmaster(cluster: Cluster, port: () => Promise<number>): Promise<EnsuredPostmaster> {
  const running = await untilReady(cluster);
  if (running) return { ...running, spawned: false };
  disarmStalePidFile(cluster.directory);
  const { pid, failed } = spawnPostmaster(cluster, await port());
  for (;;) {
    const found = await Promise.race([untilReady(cluster), failed]).catch(async (error) => {
      // Another start may have been faster: then ours ended at the lock file, and theirs serves.
      const other = await untilReady(cluster);
      if (other) return other;
      throw error;
    });
    if (found) return { ...found, spawned: found.pid === pid };
    await sleep(10);
  }
}

/**
 * Stops postgres: open transactions are rolled back (fast), and if that takes too long without ceremony (immediate):
 * the next start recovers, nothing that was committed is lost.
 */
export async function stopPostmaster(cluster: Cluster, patienceMs = 5_000): Promise<void> {
  const running = findPostmaster(cluster);
  if (!running) return;
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    signalPostmaster(cluster, running.pid, signal);
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      if (!serves(running.pid, cluster.directory)) return;
      await sleep(20);
    }
  }
}

function signalPostmaster({ binaries, directory }: Cluster, pid: number, signal: "SIGINT" | "SIGQUIT"): void {
  if (process.platform === "win32") {
    // Windows has no signals: pg_ctl speaks PostgreSQL's own replacement for them.
    const mode = signal === "SIGINT" ? "fast" : "immediate";
    spawnSync(path.join(binaries.directory, "bin/pg_ctl.exe"), ["stop", "-W", "-D", directory, "-m", mode]);
    return;
  }
  try {
    process.kill(pid, signal);
  } catch {
    // It ended on its own.
  }
}
