// A machine without /proc: there are no files to read, the library source asks the systeminformation package itself.
import type { FileSystemFacts, HostReader } from "../../probe";

/** Pages of Apple's own processors; everywhere else 4 KiB. */
const APPLE_PAGE = 16_384;

export class LibraryReader implements HostReader {
  readonly kind = "library";
  readonly pageSize = process.platform === "darwin" && process.arch === "arm64" ? APPLE_PAGE : 4096;
  readonly ticksPerSecond = 100;

  text(): Promise<string | null> {
    return Promise.resolve(null);
  }

  list(): Promise<string[]> {
    return Promise.resolve([]);
  }

  /** The library lists all file systems with their sizes at once. */
  fileSystem(): Promise<FileSystemFacts | null> {
    return Promise.resolve(null);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
