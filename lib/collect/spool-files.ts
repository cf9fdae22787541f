// The few things that the spool asks of a file system.
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";

/** An open segment or journal. */
export interface SpoolFile {
  /** Writes all of `bytes` at that place. */
  write(bytes: Buffer, at: number): Promise<void>;
  /** At most `length` bytes from that place. */
  read(at: number, length: number): Promise<Buffer>;
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** All may throw what Node throws; nothing is assumed of what failed. */
export interface SpoolFiles {
  makeFolder(path: string): Promise<void>;
  /** Names in a folder; none where it does not exist. */
  list(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with everything in it; one that is not there is fine. */
  remove(path: string): Promise<void>;
  /** @param fresh made now, empty; else it must exist */
  open(path: string, fresh: boolean): Promise<SpoolFile>;
  readAll(path: string): Promise<Buffer>;
  /** Makes names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Shows others that the folder's owner lives. @throws when the folder is gone */
  touch(path: string): Promise<void>;
  /** When it was touched last, in milliseconds. */
  touchedAt(path: string): Promise<number>;
}

async function openFile(path: string, fresh: boolean): Promise<SpoolFile> {
  const handle = await open(path, fresh ? "w+" : "r+", 0o600);
  return {
    async write(bytes, at) {
      for (let done = 0; done < bytes.length; ) {
        done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
      }
    },
    async read(at, length) {
      const bytes = Buffer.allocUnsafe(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

/** Folders cannot be opened on Windows, where names are durable by themselves. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}

export const nodeFiles: SpoolFiles = {
  makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
  list: (path) =>
    readdir(path).catch((error) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }),
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  open: openFile,
  readAll: (path) => readFile(path),
  syncFolder,
  touch: (path) => utimes(path, new Date(), new Date()),
  touchedAt: async (path) => (await stat(path)).mtimeMs,
};
