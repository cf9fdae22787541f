// Reads files of the processes of another machine over SFTP; those that are read every time stay open.
import type { SFTPWrapper } from "ssh2";
import { MOST_FILE_BYTES } from "./remote-files";

/** SSH_FX_NO_SUCH_FILE of draft-ietf-secsh-filexfer-02, section 7. */
const NO_SUCH_FILE = 2;
/** Each costs the machine a file descriptor of the session, which has about a thousand. */
const MOST_HANDLES = 400;
/** More than /proc/PID/stat has. */
const STAT_BYTES = 1_024;
const PIECE_BYTES = 8_192;

interface Parts {
  /** One more session; null where there is none to be had. */
  another(): Promise<SFTPWrapper | null>;
  /** Is told of every answer. */
  heard(): void;
}

/** Over a session of its own: what is asked of hundreds of processes stands in nobody's way. */
export class ProcessFiles {
  #session: Promise<SFTPWrapper | null> | undefined;
  /** Of the processes of the reading before, by number. */
  readonly #handles = new Map<string, Buffer>();

  constructor(private readonly parts: Parts) {}

  /** /proc/PID/stat of all processes by number; null where they are too many, or some of them may not be opened. */
  async stats(): Promise<Map<string, string> | null> {
    const session = await this.#open();
    if (!session) return null;
    const ids = (await this.#names(session, "/proc")).filter((name) => /^\d{1,10}$/.test(name));
    const wanted = new Set(ids.length > MOST_HANDLES ? [] : ids);
    for (const id of this.#handles.keys()) if (!wanted.has(id)) this.#forget(session, id);
    if (ids.length > MOST_HANDLES) return null;
    const found = await Promise.all(ids.map(async (id) => [id, await this.#stat(session, id)] as const));
    // Some of them would look like all of them.
    if (found.some(([, text]) => text === "refused")) return null;
    return new Map(found.flatMap(([id, text]) => (text === null ? [] : [[id, text]])));
  }

  /** Files that are opened for this reading alone; null where there is none to be read. */
  async once(paths: readonly string[]): Promise<(string | null)[]> {
    const session = await this.#open();
    const read = async (path: string) => {
      const handle = session && (await this.#openFile(session, path)).handle;
      if (!handle) return null;
      const text = await this.#whole(session, handle);
      session.close(handle, () => {});
      return text;
    };
    return Promise.all(paths.map(read));
  }

  async #stat(session: SFTPWrapper, id: string): Promise<string | null> {
    const known = this.#handles.get(id);
    const text = known && (await this.#piece(session, known, { at: 0, length: STAT_BYTES }));
    if (text) return text.toString();
    // It has ended; and a number that was used again has a new file.
    this.#forget(session, id);
    const { handle, isMissing } = await this.#openFile(session, `/proc/${id}/stat`);
    if (!handle) return isMissing ? null : "refused";
    this.#handles.set(id, handle);
    return (await this.#piece(session, handle, { at: 0, length: STAT_BYTES }))?.toString() ?? null;
  }

  async #whole(session: SFTPWrapper, handle: Buffer): Promise<string | null> {
    const pieces: Buffer[] = [];
    for (let at = 0; at < MOST_FILE_BYTES; ) {
      const piece = await this.#piece(session, handle, { at, length: PIECE_BYTES });
      if (!piece) return null;
      if (piece.length === 0) return Buffer.concat(pieces).toString();
      pieces.push(piece);
      at += piece.length;
    }
    return null;
  }

  #open(): Promise<SFTPWrapper | null> {
    this.#session ??= this.parts.another();
    return this.#session;
  }

  #names(session: SFTPWrapper, path: string): Promise<string[]> {
    return this.#answer((settle) => {
      session.readdir(path, (error, found) => settle(error ? [] : found.map(({ filename }) => filename)));
    });
  }

  #openFile(session: SFTPWrapper, path: string): Promise<{ handle: Buffer | null; isMissing: boolean }> {
    return this.#answer((settle) => {
      session.open(path, "r", (error, handle) => {
        const isMissing = error !== undefined && "code" in error && error.code === NO_SUCH_FILE;
        settle({ handle: error ? null : handle, isMissing });
      });
    });
  }

  #piece(session: SFTPWrapper, handle: Buffer, { at, length }: { at: number; length: number }): Promise<Buffer | null> {
    return this.#answer((settle) => {
      session.read(handle, Buffer.allocUnsafe(length), 0, length, at, (error, count, data) =>
        settle(error ? null : data.subarray(0, count)),
      );
    });
  }

  #answer<Value>(ask: (settle: (value: Value) => void) => void): Promise<Value> {
    return new Promise((resolve) => {
      ask((value) => {
        this.parts.heard();
        resolve(value);
      });
    });
  }

  #forget(session: SFTPWrapper, id: string): void {
    const handle = this.#handles.get(id);
    this.#handles.delete(id);
    if (handle) session.close(handle, () => {});
  }
}
