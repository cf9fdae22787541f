// A machine made of text, for tests: paths and what stands in them.
import type { FileSystemFacts, HostReader } from "../../probe";

/** @param sizes file systems by mount point; the others do not answer */
export function treeReader(files: Record<string, string>, sizes: Record<string, FileSystemFacts> = {}): HostReader {
  return {
    kind: "linux",
    pageSize: 4096,
    ticksPerSecond: 100,
    text: async (path) => files[path] ?? null,
    list: async (path) => {
      const prefix = path === "/" ? "/" : `${path}/`;
      const below = Object.keys(files).filter((one) => one.startsWith(prefix));
      return [...new Set(below.map((one) => one.slice(prefix.length).split("/", 1)[0] ?? ""))].sort();
    },
    fileSystem: async (path) => sizes[path] ?? null,
    close: async () => {},
  };
}
