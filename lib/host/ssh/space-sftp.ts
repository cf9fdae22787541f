// Asks a machine over SFTP how full file systems are, where a key may do nothing else.
import type { SFTPWrapper } from "ssh2";
import type { FileSystemFacts, PathSpace } from "../../probe";
import type { Reason } from "../../reasons";
import { isAskable, NOT_ASKABLE, NOT_THERE, notAllowed, without } from "./path-space";

/** SSH_FX_* of draft-ietf-secsh-filexfer-02, section 7. */
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;

/** Mount and device stay null: SFTP does not tell them. */
export function spaceBySftp(sftp: SFTPWrapper, paths: readonly string[], user: string): Promise<PathSpace[]> {
  return Promise.all(paths.map((path) => (isAskable(path) ? ask(sftp, path, user) : without(path, NOT_ASKABLE))));
}

function ask(sftp: SFTPWrapper, path: string, user: string): Promise<PathSpace> {
  return new Promise((resolve) => {
    const answer = (error: Error | undefined, found: unknown) => {
      const space = error ? null : factsOf(found as Record<string, number | bigint>);
      if (space) resolve({ path, mount: null, device: null, space });
      else resolve(without(path, reasonOf(error, path, user)));
    };
    try {
      sftp.ext_openssh_statvfs(path, answer);
    } catch {
      resolve(without(path, "its SFTP server cannot tell sizes (statvfs@openssh.com); let the user run df"));
    }
  });
}

function reasonOf(error: Error | undefined, path: string, user: string): Reason {
  const code = error && "code" in error ? error.code : null;
  if (code === NO_SUCH_FILE) return NOT_THERE;
  if (code === PERMISSION_DENIED) return notAllowed(path, user);
  return "this file system tells no size";
}

/** Of statvfs(3): counts are in units of f_frsize. */
export function factsOf(found: Record<string, number | bigint>): FileSystemFacts | null {
  const [unit, blocks, free, available, inodes, inodesFree] = [
    "f_frsize",
    "f_blocks",
    "f_bfree",
    "f_bavail",
    "f_files",
    "f_ffree",
  ].map((name) => Number(found[name]));
  if (!unit || !blocks || free === undefined || available === undefined) return null;
  // More than any file system holds has hundreds of digits.
  if (![unit, unit * blocks, unit * free, unit * available].every((one) => one >= 0 && one <= 2 ** 63)) return null;
  return {
    totalBytes: unit * blocks,
    freeBytes: unit * free,
    availableBytes: unit * available,
    inodes: inodes || 0,
    inodesFree: inodesFree || 0,
  };
}
