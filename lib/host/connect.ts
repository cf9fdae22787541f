// Opens machines for reading; the only door to them.
import type { HostReader } from "../probe";
import { LibraryReader } from "./library/reader";
import { LinuxReader } from "./linux-reader";

/**
 * This machine. Everywhere but on Linux its numbers come from the systeminformation package.
 * @param kind which way; by default the one that suits this machine
 */
export function openLocalHost(
  kind: HostReader["kind"] = process.platform === "linux" ? "linux" : "library",
): HostReader {
  return kind === "linux" ? new LinuxReader() : new LibraryReader();
}
