// What both ways of asking a machine for space share: which paths may be asked for, and how a refusal reads.
import type { PathSpace } from "../../probe";
import type { Reason } from "../../reasons";

const LONGEST_PATH = 4096;

/** Absolute, at most 4096 bytes, on one line. */
export function isAskable(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return path.startsWith("/") && Buffer.byteLength(path) <= LONGEST_PATH && !/[\u0000-\u001f\u007f]/.test(path);
}

export function without(path: string, reason: Reason): PathSpace {
  return { path, mount: null, device: null, space: null, reason };
}

export const NOT_ASKABLE = "not an absolute path of one line with at most 4096 bytes";
export const NOT_THERE = "no such file or directory on that machine";

/** PostgreSQL keeps its data directory from everybody (0700) unless it was made with group access (0750). */
export function notAllowed(path: string, user: string): Reason {
  return `${user} may not look into the directory that holds ${path}; make ${user} a member of the group of PostgreSQL and the data directory readable for it (0750, initdb --allow-group-access)`;
}
