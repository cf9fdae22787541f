// Asks file systems of this machine for their sizes without ever waiting for one that hangs.
import { spawn } from "node:child_process";
import { statfs } from "node:fs/promises";
import type { FileSystemFacts } from "../probe";

const DEADLINE_MS = 1000;
/** A child process costs milliseconds, so a remote file system is asked this seldom. */
const REMOTE_REST_MS = 30_000;
/** Every hanging call keeps one of Node's four pool threads; the others are needed. */
const MOST_STUCK = 2;

/** Where a question takes place: `here` in a pool thread, `child` in a process of its own. */
export type Way = "here" | "child";

/** One per machine; remembers which file systems are stuck. */
export class FileSystems {
  readonly #running = new Map<string, Promise<FileSystemFacts | null>>();
  readonly #stuck = new Map<string, Way>();
  readonly #remembered = new Map<string, { facts: FileSystemFacts | null; until: number }>();

  /** Sizes, or null when the file system does not answer in a second or still owes an earlier answer. */
  async ask(path: string, way: Way): Promise<FileSystemFacts | null> {
    const known = this.#remembered.get(path);
    if (known && performance.now() < known.until) return known.facts;
    if (this.#stuck.has(path)) return null;
    if (way === "here" && this.#stuckHere() >= MOST_STUCK) return null;
    const running = this.#running.get(path) ?? this.#start(path, way);
    const facts = await beforeDeadline(running, () => this.#stuck.set(path, way));
    if (way === "child") this.#remembered.set(path, { facts, until: performance.now() + REMOTE_REST_MS });
    return facts;
  }

  #start(path: string, way: Way): Promise<FileSystemFacts | null> {
    const question = (way === "here" ? askHere(path) : askInChild(path)).finally(() => {
      this.#running.delete(path);
      this.#stuck.delete(path);
    });
    this.#running.set(path, question);
    return question;
  }

  #stuckHere(): number {
    return [...this.#stuck.values()].filter((way) => way === "here").length;
  }
}

async function beforeDeadline<Value>(question: Promise<Value>, onLate: () => void): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      onLate();
      resolve(null);
    }, DEADLINE_MS);
    timer.unref();
  });
  try {
    return await Promise.race([question, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function askHere(path: string): Promise<FileSystemFacts | null> {
  try {
    const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path);
    return toFacts([bsize, blocks, bfree, bavail, files, ffree]);
  } catch {
    return null;
  }
}

/** Settles only when the child has ended: one that hangs in the kernel cannot be killed, and must not be joined by another. */
function askInChild(path: string): Promise<FileSystemFacts | null> {
  return new Promise((resolve) => {
    const child = spawn("stat", ["-f", "-c", "%S %b %f %a %c %d", "--", path], { stdio: ["ignore", "pipe", "ignore"] });
    const kill = setTimeout(() => child.kill("SIGKILL"), DEADLINE_MS);
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.on("error", () => {
      clearTimeout(kill);
      resolve(null);
    });
    child.on("close", (code) => {
      clearTimeout(kill);
      resolve(code === 0 ? toFacts(output.trim().split(" ").map(Number)) : null);
    });
    child.unref();
  });
}

/** @param numbers block size, blocks, free, free for everybody, inodes, free inodes */
export function toFacts(numbers: readonly number[]): FileSystemFacts | null {
  const [size, blocks, free, available, inodes, inodesFree] = numbers;
  if (size === undefined || blocks === undefined || free === undefined) return null;
  if (available === undefined || inodes === undefined || inodesFree === undefined) return null;
  if (numbers.length !== 6 || !numbers.every((one) => Number.isFinite(one) && one >= 0)) return null;
  return {
    totalBytes: blocks * size,
    freeBytes: free * size,
    availableBytes: available * size,
    inodes,
    inodesFree,
  };
}
