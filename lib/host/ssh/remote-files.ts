// What can be asked of another machine's files, whichever way it lets us in.
import type { FileSystemFacts, ProcessStats } from "../../probe";

export interface RemoteFiles {
  /** Whole texts in the order of the paths, asked all at once; null where there is none to be read. @throws ProbeError */
  read(paths: readonly string[]): Promise<(string | null)[]>;
  /** Texts of files that come and go, in the order of the paths; nothing stays open. @throws ProbeError */
  once(paths: readonly string[]): Promise<(string | null)[]>;
  /** @param most more processes than that are not read. @throws ProbeError */
  processStats(most: number): Promise<ProcessStats>;
  /** Names in a directory; empty where it does not exist. @throws ProbeError */
  list(path: string): Promise<string[]>;
  /** @param mayHang it may never answer, and must not be in the way of others; null where it does not */
  fileSystem(path: string, mayHang: boolean): Promise<FileSystemFacts | null>;
  /** Bytes of a page of its memory; null where that cannot be told. */
  pageSize(): Promise<number | null>;
  /** A question costs the machine a process: one more file in it costs less than another question. */
  readonly dear: boolean;
  /** When it answered last, by the monotonic clock. */
  readonly answeredAt: number;
}

/** More than any of these files has; what goes on beyond is not read. */
export const MOST_FILE_BYTES = 4 * 1024 * 1024;
/** How long a file system may take. */
export const FILE_SYSTEM_MS = 2_000;
