// Asks a machine by `df` how full the file systems are that hold some paths.
import type { PathSpace } from "../../probe";
import type { Reason } from "../../reasons";
import { CommandRefused, type CommandResult, type Limits } from "./command";
import { inodesOf, parseDf } from "./df";
import { isAskable, NOT_ASKABLE, NOT_THERE, notAllowed, without } from "./path-space";

const BEGIN = "dozor:space";
const MARK = "dozor:next";
/** One argument of a command may have 128 KiB on Linux. */
const MOST_ARGUMENT_BYTES = 65_536;
const MOST_PATHS = 32;
const LIMITS: Limits = { timeoutMs: 10_000, maxBytes: 262_144 };

// Every path by itself, so that no answer is taken for another path's. Without quotes and backslashes inside: any login
// shell hands it on as it is.
const SCRIPT = `echo ${BEGIN}; for path do df -P -k -- "$path"; echo ${MARK}; df -P -i -- "$path"; echo ${MARK}; done 2>&1`;

type Run = (command: string, limits: Limits) => Promise<CommandResult>;

/**
 * @returns null where commands may not be run there (a key for SFTP only, a login shell that does nothing)
 * @throws ProbeError
 */
export async function spaceByCommand(run: Run, paths: readonly string[], user: string): Promise<PathSpace[] | null> {
  const found = new Map<string, PathSpace>();
  for (const some of portions(paths.filter(isAskable))) {
    const output = await outputOf(run, some);
    if (output === null) return null;
    some.forEach((path, index) => {
      found.set(path, spaceFrom(path, output[2 * index] ?? "", output[2 * index + 1] ?? "", user));
    });
  }
  return paths.map((path) => found.get(path) ?? without(path, NOT_ASKABLE));
}

/** What was said between the marks, or null where the script did not run. */
async function outputOf(run: Run, paths: readonly string[]): Promise<string[] | null> {
  try {
    const { stdout } = await run(commandFor(paths), LIMITS);
    // A login shell may greet before.
    const begin = `\n${stdout}`.indexOf(`\n${BEGIN}\n`);
    return begin < 0 ? null : stdout.slice(begin + BEGIN.length + 1).split(`${MARK}\n`);
  } catch (error) {
    if (error instanceof CommandRefused) return null;
    throw error;
  }
}

/** `env` instead of an assignment, which not every login shell knows. */
export function commandFor(paths: readonly string[]): string {
  return `env LC_ALL=C sh -c '${SCRIPT}' dozor ${paths.map(quoted).join(" ")}`;
}

/** What the shells (sh, csh, fish) would read is put outside the quotes, with a backslash. */
export function quoted(path: string): string {
  return `'${path.replace(/['\\!]/g, "'\\$&'")}'`;
}

function* portions(paths: readonly string[]): Generator<string[]> {
  let portion: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    const length = Buffer.byteLength(quoted(path));
    if (portion.length >= MOST_PATHS || bytes + length > MOST_ARGUMENT_BYTES) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(path);
    bytes += length;
  }
  if (portion.length > 0) yield portion;
}

/** @param blocks what `df -P -k` said, errors included; `inodes` what `df -P -i` did */
export function spaceFrom(path: string, blocks: string, inodes: string, user: string): PathSpace {
  const row = parseDf(blocks);
  if (!row) return without(path, reasonFrom(path, blocks, user));
  const [total, used, available] = row.numbers;
  const known = total != null && used != null && available != null;
  const where = { path, mount: row.mount, device: row.device };
  if (!known || total === 0) return { ...where, space: null, reason: "this file system tells no size" };
  const space = {
    totalBytes: total * 1024,
    freeBytes: Math.max(0, total - used) * 1024,
    availableBytes: available * 1024,
    ...inodesOf(parseDf(inodes)),
  };
  return { ...where, space };
}

/** The words are those of the C locale, the same in glibc, musl and the BSDs. */
function reasonFrom(path: string, said: string, user: string): Reason {
  const last = said.trim().split("\n").at(-1) ?? "";
  const words = last.slice(last.lastIndexOf(": ") + 2).slice(0, 200);
  if (words === "Permission denied") return notAllowed(path, user);
  if (words === "No such file or directory") return NOT_THERE;
  return last === "" ? "df said nothing about it" : `df: ${words}`;
}
