// Reads files of another machine over SFTP: handles stay open and are read again from their start, all at once.
import type { SFTPWrapper } from "ssh2";
import type { FileSystemFacts, ProcessStats } from "../../probe";
import type { CommandResult, Limits } from "./command";
import { statsByCommand } from "./process-command";
import { ProcessFiles } from "./process-files";
import { FILE_SYSTEM_MS, MOST_FILE_BYTES, type RemoteFiles } from "./remote-files";
import { factsOf } from "./space-sftp";

/** What every SFTP server gives in one piece (draft-ietf-secsh-filexfer-02, section 3). */
const PIECE_BYTES = 32_768;
/** A piece may grow by this without a second question. */
const GROWTH_BYTES = 256;
/** Pieces that are asked for before the ones in front of them have come. */
const MOST_AHEAD = 64;
/** Each costs the machine a file descriptor; OpenSSH takes about a thousand. */
const MOST_HANDLES = 400;
/** A file that could not be read is looked for again after this. */
const MISSING_REST_MS = 30_000;
/** A machine with many processes is not looked at for fewer before this. */
const CROWDED_REST_MS = 5 * 60_000;
/** Handles nobody used for this long belong to something that is gone. */
const IDLE_MS = 5 * 60_000;

interface File {
  /** null: it could not be opened, or not be read. */
  handle: Promise<Buffer | null>;
  /** Where its pieces ended when it was read last. The kernel writes most of these files a page at a time. */
  ends: readonly number[];
  usedAt: number;
  /** When one that could not be read is opened again. */
  lookAgainAt: number;
}

/** What an SFTP session needs of the connection it is on. */
export interface SftpParts {
  sftp: SFTPWrapper;
  /** The answer, or the error of the connection that was lost before it. */
  ask<Value>(question: Promise<Value>): Promise<Value>;
  /** One more session; null where there is none to be had. */
  another(): Promise<SFTPWrapper | null>;
  /** Runs a command; null where none may be run. @throws ProbeError */
  run(command: string, limits: Limits): Promise<CommandResult | null>;
}

export class SftpFiles implements RemoteFiles {
  readonly dear = false;
  answeredAt = performance.now();
  readonly #files = new Map<string, File>();
  readonly #spaces: Record<"here" | "hanging", SpaceChannel>;
  readonly #processes: ProcessFiles;
  /** Until when there are taken to be too many processes for handles. */
  #crowdedUntil = 0;
  #readsOnly = false;
  #nextSweep = 0;

  constructor(private readonly parts: SftpParts) {
    const heard = () => {
      this.answeredAt = performance.now();
    };
    this.#processes = new ProcessFiles({ another: parts.another, heard });
    this.#spaces = { here: new SpaceChannel(parts), hanging: new SpaceChannel(parts) };
  }

  read(paths: readonly string[]): Promise<(string | null)[]> {
    return this.parts.ask(Promise.all(paths.map((path) => this.#text(path))));
  }

  once(paths: readonly string[]): Promise<(string | null)[]> {
    return this.parts.ask(this.#processes.once(paths));
  }

  /** Processes that are too many for handles are told by a command, where one may be run. */
  async processStats(most: number): Promise<ProcessStats> {
    const now = performance.now();
    const texts = now < this.#crowdedUntil ? null : await this.parts.ask(this.#processes.stats());
    if (texts) return texts;
    if (now >= this.#crowdedUntil) this.#crowdedUntil = now + CROWDED_REST_MS;
    if (this.#readsOnly) return "refused";
    const none = { stdout: "", stderr: "", code: null };
    const run = async (command: string, limits: Limits) => (await this.parts.run(command, limits)) ?? none;
    const told = await statsByCommand(run, most);
    this.#readsOnly = told === null;
    return told ?? "refused";
  }

  list(path: string): Promise<string[]> {
    this.#sweep(performance.now());
    const names = new Promise<string[]>((resolve) => {
      this.parts.sftp.readdir(path, (error, found) => {
        this.answeredAt = performance.now();
        resolve(error ? [] : found.map(({ filename }) => filename));
      });
    });
    return this.parts.ask(names);
  }

  fileSystem(path: string, mayHang: boolean): Promise<FileSystemFacts | null> {
    return this.parts.ask(this.#spaces[mayHang ? "hanging" : "here"].ask(path));
  }

  /** The kernel says it for file systems that live in memory alone (simple_statfs of fs/libfs.c). */
  async pageSize(): Promise<number | null> {
    const found = await this.parts.ask(statvfs(this.parts.sftp, "/proc"));
    const size = Number(found?.f_bsize);
    return Number.isInteger(Math.log2(size)) && size >= 1024 && size <= 1_048_576 ? size : null;
  }

  async #text(path: string): Promise<string | null> {
    const file = this.#file(path, performance.now());
    const handle = await file.handle;
    if (handle === null) return null;
    const text = await this.#whole(handle, file).catch(() => null);
    if (text === null) this.#giveUp(file, handle);
    else if (this.#files.get(path) !== file) this.#close(handle);
    return text;
  }

  #file(path: string, now: number): File {
    const known = this.#files.get(path);
    if (known && now < known.lookAgainAt) {
      known.usedAt = now;
      return known;
    }
    const file: File = { handle: this.#open(path), ends: [], usedAt: now, lookAgainAt: Number.POSITIVE_INFINITY };
    void file.handle.then((handle) => {
      if (handle === null) file.lookAgainAt = now + MISSING_REST_MS;
    });
    if (known || this.#files.size < MOST_HANDLES) this.#files.set(path, file);
    return file;
  }

  /** What its handle points at is no more, or cannot be read at all. */
  #giveUp(file: File, handle: Buffer): void {
    // Whoever read it at the same time has done so already.
    if (file.lookAgainAt < Number.POSITIVE_INFINITY) return;
    file.lookAgainAt = performance.now() + MISSING_REST_MS;
    file.handle = Promise.resolve(null);
    this.#close(handle);
  }

  #open(path: string): Promise<Buffer | null> {
    return new Promise((resolve) => {
      this.parts.sftp.open(path, "r", (error, handle) => {
        this.answeredAt = performance.now();
        resolve(error ? null : handle);
      });
    });
  }

  /** Where pieces ended before, they most likely end again: the next ones, and the end, are asked for with the first. */
  async #whole(handle: Buffer, file: File): Promise<string | null> {
    const ahead = new Map<number, Promise<Buffer>>();
    const starts = [0, ...file.ends.slice(0, MOST_AHEAD)];
    for (const [index, at] of starts.entries()) {
      const end = starts[index + 1];
      const expected = end === undefined ? (index === 0 ? PIECE_BYTES : 0) : end - at;
      const piece = this.#piece(handle, at, Math.min(PIECE_BYTES, expected + GROWTH_BYTES));
      piece.catch(() => {});
      ahead.set(at, piece);
    }
    const pieces: Buffer[] = [];
    const ends: number[] = [];
    for (let at = 0; at <= MOST_FILE_BYTES; ) {
      const piece = await (ahead.get(at) ?? this.#piece(handle, at, PIECE_BYTES));
      if (piece.length === 0) {
        file.ends = ends;
        return Buffer.concat(pieces).toString();
      }
      pieces.push(piece);
      at += piece.length;
      ends.push(at);
    }
    return null;
  }

  #piece(handle: Buffer, at: number, length: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.parts.sftp.read(handle, Buffer.allocUnsafe(length), 0, length, at, (error, count, data) => {
        this.answeredAt = performance.now();
        if (error) reject(error);
        else resolve(data.subarray(0, count));
      });
    });
  }

  #close(handle: Buffer): void {
    this.parts.sftp.close(handle, () => {});
  }

  #sweep(now: number): void {
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + IDLE_MS;
    for (const [path, { handle, usedAt }] of this.#files) {
      if (now < usedAt + IDLE_MS) continue;
      this.#files.delete(path);
      void handle.then((open) => open && this.#close(open));
    }
  }
}

/** Where a question that hangs holds up nobody but its like: an SFTP server answers one after another. */
class SpaceChannel {
  #session: Promise<SFTPWrapper | null> | undefined;
  /** Questions that were given up and are not answered yet. */
  #owed = 0;

  constructor(private readonly parts: SftpParts) {}

  async ask(path: string): Promise<FileSystemFacts | null> {
    if (this.#owed > 0) return null;
    this.#session ??= this.parts.another();
    const session = await this.#session;
    if (!session) return null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), FILE_SYSTEM_MS);
    });
    const question = statvfs(session, path);
    const found = await Promise.race([question, late]);
    clearTimeout(timer);
    if (found !== "late") return found && factsOf(found);
    this.#owed += 1;
    void question.then(() => {
      this.#owed -= 1;
    });
    return null;
  }
}

/** null where it is not told. */
function statvfs(sftp: SFTPWrapper, path: string): Promise<Record<string, number | bigint> | null> {
  return new Promise((resolve) => {
    try {
      sftp.ext_openssh_statvfs(path, (error, found) =>
        resolve(error ? null : (found as unknown as Record<string, number | bigint>)),
      );
    } catch {
      // This SFTP server does not know the question.
      resolve(null);
    }
  });
}
