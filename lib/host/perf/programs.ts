// What perf is found and started through, on this machine or another one.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, open, realpath } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";

export interface Program {
  path: string;
  /** Capabilities of a script's file mean nothing. */
  isScript: boolean;
}

/** A program that was started; its input stays open until it is stopped. */
export interface Running {
  stdout: Readable;
  stderr: Readable;
  /** When it has ended and its output is read; with an error where it never began. Never rejects. */
  ended: Promise<Error | undefined>;
  /** Ends it; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface Programs {
  /** null: not installed; undefined: no programs may be run there. @throws ProbeError */
  findPerf(): Promise<Program | null | undefined>;
  /** @param program as `findPerf` has found it */
  start(program: string, parameters: readonly string[]): Running;
}

/** Where programs are looked for; the environment of this process is none of perf's business. */
export const PROGRAM_FOLDERS: readonly string[] = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** Whatever locale this machine has, numbers are to have a point; and nothing of our own environment is handed on. */
const ENVIRONMENT = { LC_ALL: "C", PATH: PROGRAM_FOLDERS.join(":") } as unknown as NodeJS.ProcessEnv;
const STOP_MS = 1_000;
/** So long after its end somebody else may hold a program's output open. */
const LEFT_OPEN_MS = 1_000;

/** Programs of this machine. @param folders where perf is looked for */
export function localPrograms(folders = PROGRAM_FOLDERS): Programs {
  return { findPerf: () => findPerf(folders), start };
}

function start(program: string, parameters: readonly string[]): Running {
  const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "pipe"], env: ENVIRONMENT });
  const ended = endOf(child);
  child.stdin.on("error", () => {});
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    async stop() {
      child.stdin.end();
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(kill);
    },
  };
}

/** When the process has ended and its output is read, or why it never began. */
function endOf(child: ChildProcess): Promise<Error | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve(error);
    });
    child.once("exit", () => {
      // A killed perf leaves `cat` behind, which holds the pipes until its own input ends.
      child.stdin?.destroy();
      const late = setTimeout(resolve, LEFT_OPEN_MS, undefined);
      child.once("close", () => {
        clearTimeout(late);
        resolve(undefined);
      });
    });
  });
}

async function findPerf(folders: readonly string[]): Promise<Program | null> {
  for (const folder of folders) {
    try {
      const file = await realpath(path.join(/* turbopackIgnore: true */ folder, "perf"));
      await access(file, constants.X_OK);
      return { path: file, isScript: await isScript(file) };
    } catch {
      // Not in this one.
    }
  }
  return null;
}

/** One that only runs but cannot be read is taken for a program. */
async function isScript(file: string): Promise<boolean> {
  const handle = await open(/* turbopackIgnore: true */ file).catch(() => null);
  if (!handle) return false;
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(2), length: 2 });
    return buffer.toString("latin1") === "#!";
  } finally {
    await handle.close();
  }
}
