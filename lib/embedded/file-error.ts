import { userInfo } from "node:os";
import { StartError } from "../start-error";

const REASONS: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "there is a file where a folder should be",
  EEXIST: "there is a file where a folder should be",
  ENAMETOOLONG: "the name is too long",
};

/** What stands in PostgreSQL's own words for the same reasons. */
const WORDS: [RegExp, string][] = [
  [/No space left on device/, "The disk is full."],
  [/Read-only file system/, "The file system is read-only."],
];

/** Our user's name; a container's user may have none. */
function ourName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}

/** An expected file error of the data directory as one readable message; any other error as it is. */
export function explainFileError(error: unknown, directory: string): unknown {
  if (error instanceof StartError) {
    const known = WORDS.find(([pattern]) => pattern.test(error.message));
    return known ? new StartError(`DATA_DIR ${directory}: ${known[1]}\n${error.message}`, { cause: error }) : error;
  }
  const { code = "", path = directory } = error as NodeJS.ErrnoException;
  const reason = REASONS[code];
  if (!reason) return error;
  return new StartError(
    `DATA_DIR ${directory} cannot be used by the user ${ourName()}: ${reason} (${code}, ${path}). Make room or give the rights, or set DATA_DIR to another folder.`,
    { cause: error },
  );
}
