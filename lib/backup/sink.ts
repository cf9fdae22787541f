// A backup file while it is written: under another name until it is whole.
import { createHash } from "node:crypto";
import { type FileHandle, link, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { StartError } from "../start-error";
import { END, type End } from "./manifest";
import { paddingOf, TAR_END, tarHeader } from "./tar";

/** A backup under way. */
export interface Sink {
  /** Bytes so far. */
  readonly size: number;
  /** Adds a member. */
  add(name: string, bytes: Buffer): Promise<void>;
  /** Writes the end, and gives the file its name once all of it is on the disk. */
  finish(rows: End["rows"]): Promise<void>;
  /** Takes away what was written. */
  discard(): Promise<void>;
}

/** While it is written. Nobody takes it for a backup, whenever the process dies. */
const partialName = (file: string): string => `${file}.partial-${process.pid}`;

/**
 * Begins a backup file, readable by its owner alone: it holds secrets.
 * @throws StartError if there is a file of that name
 */
export async function openSink(file: string, now: Date): Promise<Sink> {
  if (await stat(file).catch(() => undefined)) throw exists(file);
  const partial = partialName(file);
  // What a killed backup of the same number left there.
  await rm(partial, { force: true });
  const handle = await open(partial, "wx", 0o600);
  const hash = createHash("sha256");
  let size = 0;
  const write = async (bytes: Buffer): Promise<void> => {
    for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
    size += bytes.length;
  };
  const put = async (name: string, bytes: Buffer): Promise<Buffer[]> => {
    const parts = [tarHeader({ name, size: bytes.length }, now), bytes, Buffer.alloc(paddingOf(bytes.length))];
    for (const part of parts) await write(part);
    return parts;
  };
  return {
    get size() {
      return size;
    },
    async add(name, bytes) {
      for (const part of await put(name, bytes)) hash.update(part);
    },
    async finish(rows) {
      const end: End = { sha256: hash.digest("hex"), rows };
      await put(END, Buffer.from(`${JSON.stringify(end, null, 2)}\n`));
      await write(TAR_END);
      await publish(handle, partial, file);
    },
    async discard() {
      await handle.close().catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

const exists = (file: string) =>
  new StartError(`${file} is there already. Nothing was overwritten; give another name.`);

async function publish(handle: FileHandle, partial: string, file: string): Promise<void> {
  await handle.sync();
  await handle.close();
  try {
    // Unlike a rename, it does not take the place of a file that has come meanwhile.
    await link(partial, file);
    await rm(partial);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw exists(file);
    // A file system without links.
    await rename(partial, file);
  }
  await syncFolder(path.dirname(file));
}

/** Makes names in a folder durable, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
