// Reads /proc and /sys of this machine: files stay open and are read again from their start.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import type { FileSystemFacts, HostReader } from "../probe";
import { FileSystems, type Way } from "./file-systems";
import { mayHang, parseMounts } from "./linux/mounts";

const LIST_REST_MS = 5000;
/** A file that was not there is looked for again after this. */
const MISSING_REST_MS = 5000;
/** Handles nobody used for this long belong to something that is gone. */
const IDLE_MS = 5 * 60_000;
const BUFFER_BYTES = 64 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;
/** Files of processes that are read before others get their turn: about a millisecond. */
const READ_AT_ONCE = 64;
/** Read errors after which the handle points at something that is no more. */
const GONE = new Set(["ENODEV", "ENOENT", "ESRCH", "EBADF", "ENXIO", "ESTALE"]);

interface OpenFile {
  /** null: it was not there. */
  handle: number | null;
  usedAt: number;
}

/**
 * Reading is synchronous: these files are answered by the kernel from memory, where a promise costs several times the
 * read itself. File systems, which can hang, are not asked that way.
 */
export class LinuxReader implements HostReader {
  readonly kind = "linux";
  readonly pageSize: number;
  readonly ticksPerSecond: number;
  readonly #files = new Map<string, OpenFile>();
  readonly #lists = new Map<string, { names: string[]; until: number }>();
  readonly #fileSystems = new FileSystems();
  #ways: { byMount: Map<string, Way>; until: number } = { byMount: new Map(), until: 0 };
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #nextSweep = 0;

  constructor() {
    const auxiliary = auxiliaryVector();
    this.pageSize = auxiliary.get(6) ?? 4096;
    this.ticksPerSecond = auxiliary.get(17) ?? 100;
  }

  text(path: string): Promise<string | null> {
    return Promise.resolve(this.#read(path));
  }

  async once(paths: readonly string[]): Promise<(string | null)[]> {
    const texts: (string | null)[] = [];
    for (const path of paths) {
      if (texts.length % READ_AT_ONCE === READ_AT_ONCE - 1) await turn();
      texts.push(this.#readOnce(path));
    }
    return texts;
  }

  list(path: string): Promise<string[]> {
    const now = performance.now();
    const known = this.#lists.get(path);
    if (known && now < known.until) return Promise.resolve(known.names);
    this.#sweep(now);
    let names: string[] = [];
    try {
      names = readdirSync(path).sort();
    } catch {
      // Not there: an empty list, as the contract says.
    }
    this.#lists.set(path, { names, until: now + LIST_REST_MS });
    return Promise.resolve(names);
  }

  fileSystem(path: string): Promise<FileSystemFacts | null> {
    return this.#fileSystems.ask(path, this.#wayTo(path));
  }

  close(): Promise<void> {
    for (const { handle } of this.#files.values()) if (handle !== null) closeSync(handle);
    this.#files.clear();
    this.#lists.clear();
    return Promise.resolve();
  }

  #read(path: string): string | null {
    const now = performance.now();
    let file = this.#files.get(path);
    if (!file || (file.handle === null && now > file.usedAt + MISSING_REST_MS)) {
      file = { handle: openOrNull(path), usedAt: now };
      this.#files.set(path, file);
    }
    if (file.handle === null) return null;
    file.usedAt = now;
    try {
      return this.#readWhole(file.handle);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && GONE.has(String(error.code)))) return null;
      closeSync(file.handle);
      this.#files.delete(path);
      return null;
    }
  }

  #readOnce(path: string): string | null {
    const handle = openOrNull(path);
    if (handle === null) return null;
    try {
      return this.#readWhole(handle);
    } catch {
      // A process that ended meanwhile has nothing more to tell.
      return null;
    } finally {
      closeSync(handle);
    }
  }

  #readWhole(handle: number): string | null {
    let length = 0;
    for (;;) {
      const count = readSync(handle, this.#buffer, length, this.#buffer.length - length, length);
      if (count === 0) break;
      length += count;
      if (length < this.#buffer.length) continue;
      if (length >= MOST_BYTES) return null;
      this.#buffer = Buffer.concat([this.#buffer], this.#buffer.length * 2);
    }
    const text = this.#buffer.toString("utf8", 0, length);
    if (this.#buffer.length > 16 * BUFFER_BYTES) this.#buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    return text;
  }

  /** Whoever asks, a mount that may hang is never asked in a pool thread. */
  #wayTo(path: string): Way {
    const now = performance.now();
    if (now > this.#ways.until || !this.#ways.byMount.has(path)) {
      const mounts = parseMounts(this.#read("/proc/self/mountinfo") ?? "");
      const byMount = new Map(mounts.map((one): [string, Way] => [one.mount, mayHang(one.fstype) ? "child" : "here"]));
      this.#ways = { byMount, until: now + LIST_REST_MS };
    }
    return this.#ways.byMount.get(path) ?? "child";
  }

  #sweep(now: number): void {
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + IDLE_MS;
    for (const [path, { handle, usedAt }] of this.#files) {
      if (now < usedAt + IDLE_MS) continue;
      if (handle !== null) closeSync(handle);
      this.#files.delete(path);
    }
    for (const [path, { until }] of this.#lists) if (now > until + IDLE_MS) this.#lists.delete(path);
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}

/** What the kernel told this process at its start, see getauxval(3): 6 is the page size, 17 the clock ticks per second. */
function auxiliaryVector(): Map<number, number> {
  const found = new Map<number, number>();
  try {
    const bytes = readFileSync("/proc/self/auxv");
    for (let at = 0; at + 16 <= bytes.length; at += 16) {
      found.set(Number(bytes.readBigUInt64LE(at)), Number(bytes.readBigUInt64LE(at + 8)));
    }
  } catch {
    // The usual values serve.
  }
  return found;
}
