// Starts the part of Dozor below Next as real processes, as root and as an ordinary user.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSync } from "esbuild";
import pg from "pg";
import { canEnter } from "../../lib/embedded/account";

export interface User {
  name: string;
  /** Undefined: whoever runs the tests. */
  ids?: { uid: number; gid: number };
}

const NOBODY = { name: "nobody", uid: 65534, gid: 65534 };

/** Root and an ordinary user where we are root and the latter can read this folder; else ourselves. */
export const USERS: User[] =
  process.getuid?.() !== 0
    ? [{ name: "an ordinary user" }]
    : [{ name: "root" }, ...(canEnter(NOBODY, process.cwd()) ? [{ name: "an ordinary user", ids: NOBODY }] : [])];

/** A temporary folder of that user, open to others on the way through. Remove it with `removeFolder`. */
export function makeFolder(user?: User): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "dozor-lifecycle-")));
  chmodSync(folder, 0o755);
  if (user?.ids) chownSync(folder, user.ids.uid, user.ids.gid);
  return folder;
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

export interface Ready {
  url: string;
  admin?: { login: string; password?: string };
}

// Bundled as the product is: a process starts in half the time that compiling on the way takes.
const CORE = path.resolve(`dist/lifecycle/core-${process.pid}.mjs`);
buildSync({
  entryPoints: ["tests/lifecycle/core.ts"],
  outfile: CORE,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});
process.once("exit", () => rmSync(CORE, { force: true }));

const VARIABLES = { PATH: process.env.PATH ?? "", LOG_FORMAT: "text" };
const started = new Set<ChildProcess>();

/** One run of core.ts. */
export class Core {
  stdout = "";
  stderr = "";
  readonly child: ChildProcess;
  readonly ended: Promise<number>;

  constructor(variables: Record<string, string>, user?: User) {
    this.child = spawn(process.execPath, [CORE], {
      env: { ...VARIABLES, ...variables } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
      ...user?.ids,
    });
    started.add(this.child);
    this.child.stdout?.on("data", (data) => (this.stdout += data));
    this.child.stderr?.on("data", (data) => (this.stderr += data));
    this.ended = new Promise((resolve) =>
      this.child.on("close", (code) => {
        started.delete(this.child);
        resolve(code ?? -1);
      }),
    );
  }

  /** What core.ts said when it was ready. */
  async ready(): Promise<Ready> {
    const line = await until("core to be ready", () => {
      if (this.child.exitCode !== null) throw new Error(`core ended: ${this.stderr}${this.stdout}`);
      return /^\{"ready".*$/m.exec(this.stdout)?.[0];
    });
    return JSON.parse(line);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Starts core.ts with these variables. */
export const startCore = (variables: Record<string, string>, user?: User): Core => new Core(variables, user);

/** Ends what a failed test left running, and the postgres under each data directory. */
export async function stopAll(...directories: string[]): Promise<void> {
  for (const child of started) child.kill("SIGKILL");
  for (const directory of directories) {
    const pid = postmasterOf(directory);
    if (pid) process.kill(pid, "SIGQUIT");
  }
}

/** Pid of the live postgres of a data directory. */
export function postmasterOf(directory: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path.join(directory, "postgres/postmaster.pid"), "utf8"), 10);
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(directory) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Polls until there is an answer. @throws Error after 60 s, which only a crowded machine needs */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(50);
  }
  throw new Error(`waited 60 s for ${what}`);
}

/** Asks one question on a connection of its own. */
export async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether a command works here, e.g. mounting in a container. */
export const works = (command: string, ...parameters: string[]): boolean => spawnSync(command, parameters).status === 0;
