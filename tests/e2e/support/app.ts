// The built product as a user starts it, in a folder of its own and on a port of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..", "..", "..");
const START_MS = 60_000;

export interface App {
  url: string;
  dataDir: string;
  pid: number;
  /** Everything that it printed. */
  output(): string;
  /** The password that the first start printed, if this was one. */
  password: string | undefined;
  /** SIGTERM, and the time it took to end in milliseconds. */
  stop(): Promise<number>;
  /** SIGKILL: the database stays behind, as after a crash. */
  kill(): Promise<void>;
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address ? address.port : 0;
}

/** A new folder for data, which PostgreSQL's own user may enter when the tests run as root. */
export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "dozor-e2e-"));
  chmodSync(folder, 0o711);
  return folder;
}

/** Polls until `check` gives a value, or throws after `timeoutMs` with what was waited for. */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined> | T | undefined,
  timeoutMs = START_MS,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

const ended = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** What `npm start` runs. */
const START = [process.execPath, "scripts/start.mjs"];

/** Runs `npm start`'s script until it ends or is ready, with only the given environment added to a bare one. */
export function launch(
  env: Record<string, string>,
  folder = ROOT,
  [program = "", ...parameters] = START,
): { child: ChildProcess; output: () => string } {
  const child = spawn(program, parameters, {
    cwd: folder,
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NEXT_TELEMETRY_DISABLED: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const keep = (chunk: Buffer) => {
    text += chunk;
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  return { child, output: () => text };
}

interface StartOptions {
  /** To start again on what an earlier one left. */
  dataDir?: string;
  port?: number;
  env?: Record<string, string>;
  /** A checkout other than this one. */
  folder?: string;
  /** Another way to start it. */
  command?: string[];
  startMs?: number;
}

/** Starts Dozor and waits until it says that it is ready. */
export async function startApp(options: StartOptions = {}): Promise<App> {
  const dataDir = options.dataDir ?? newDataDir();
  const port = options.port ?? (await freePort());
  const url = `http://localhost:${port}`;
  const { child, output } = launch(
    { PORT: String(port), DATA_DIR: dataDir, ...options.env },
    options.folder,
    options.command,
  );
  const ready = () => {
    if (ended(child)) throw new Error(`Dozor ended at the start:\n${output()}`);
    return output().includes("is ready") || undefined;
  };
  await until("Dozor to start", ready, options.startMs);
  const gone = () => new Promise<void>((done) => (ended(child) ? done() : child.once("exit", () => done())));
  return {
    url,
    dataDir,
    pid: child.pid ?? 0,
    output,
    password: /password\W+([A-Za-z0-9-]{12,})/i.exec(output())?.[1],
    async stop() {
      const started = Date.now();
      child.kill("SIGTERM");
      await gone();
      return Date.now() - started;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone();
    },
  };
}

/** Process number of the PostgreSQL that serves a data directory. */
export function postmasterPid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8"), 10);
}

/** Removes what an app left; its database must be stopped. */
export function removeData(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
