// Tells how full the file systems of this machine are that hold some paths, without waiting for one that hangs.
import { lstat, readFile, readlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { PathSpace, SpaceReader } from "../probe";
import type { Reason } from "../reasons";
import { FileSystems } from "./file-systems";
import { type Mount, mayHang, parseMounts } from "./linux/mounts";

const MOST_LINKS = 40;
/** Shared, since it remembers which file systems are stuck. */
const fileSystems = new FileSystems();

/** This machine, read by the account under which this process runs. */
export function localSpace(): SpaceReader {
  return {
    spaceOf: async (paths) => {
      const mounts = await mountsHere();
      return Promise.all(paths.map((path) => spaceHere(path, mounts)));
    },
  };
}

/** Empty where there is no /proc: macOS, Windows. */
async function mountsHere(): Promise<Mount[]> {
  const text = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  return parseMounts(text);
}

async function spaceHere(path: string, mounts: readonly Mount[]): Promise<PathSpace> {
  const unknown = { path, mount: null, device: null, space: null };
  const place = await placeOf(path, mounts);
  if ("reason" in place) return { ...unknown, reason: place.reason };
  const { on, real } = place;
  const space = await fileSystems.ask(real, on && mayHang(on.fstype) ? "child" : "here");
  const where = { path, mount: on?.mount ?? null, device: on?.device ?? null };
  if (space && space.totalBytes > 0) return { ...where, space };
  return {
    ...where,
    space: null,
    reason: space ? "this file system tells no size" : "the file system does not answer",
  };
}

type Place = { on: Mount | undefined; real: string } | { reason: Reason };

/**
 * Follows links step by step, as realpath(3) does, but touches nothing on a file system that may hang: what is there
 * is taken to be on it.
 */
export async function placeOf(path: string, mounts: readonly Mount[]): Promise<Place> {
  if (!path.startsWith("/") || path.includes("\0")) return { reason: "not an absolute path" };
  let real = "/";
  let left = resolve(path).split("/").filter(Boolean);
  let links = 0;
  while (left.length > 0) {
    const next = resolve(real, left[0] ?? "");
    const on = mountOf(next, mounts);
    if (on && mayHang(on.fstype)) return { on, real: on.mount };
    const target = await linkAt(next);
    if (typeof target !== "string") return { reason: unreadable(path, target.code) };
    left = left.slice(1);
    if (target === "") real = next;
    else {
      links += 1;
      if (links > MOST_LINKS) return { reason: unreadable(path, "ELOOP") };
      left = [...resolve(dirname(next), target).split("/").filter(Boolean), ...left];
      real = "/";
    }
  }
  return { on: mountOf(real, mounts), real };
}

/** Where a link leads, or an empty text where it is none. */
async function linkAt(path: string): Promise<string | { code: string }> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : "";
  } catch (error) {
    return { code: error instanceof Error && "code" in error ? String(error.code) : "unknown" };
  }
}

function unreadable(path: string, code: string): Reason {
  if (code === "ENOENT" || code === "ENOTDIR") return "no such file or directory on this machine";
  if (code === "EACCES")
    return `this process may not look into the directory that holds ${path}; let its user join the group of PostgreSQL and make the data directory readable for it (0750, initdb --allow-group-access)`;
  return `it cannot be read (${code})`;
}

/** The deepest mount above a path; of several at one place the last hides the others. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const one of mounts) {
    const inside = path === one.mount || path.startsWith(one.mount === "/" ? "/" : `${one.mount}/`);
    if (inside && one.mount.length >= (found?.mount.length ?? 0)) found = one;
  }
  return found;
}
