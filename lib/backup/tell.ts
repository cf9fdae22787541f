// What the two commands say.
import type { WriteStream } from "node:tty";
import { StartError } from "../start-error";
import type { Progress } from "./connection";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** `12.3 MB` */
export function size(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1_000 ** unit).toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit]}`;
}

const EVERY_MS = 200;

/** One line at a terminal that is written over again and again; nothing elsewhere. */
export function progressLine(to: Pick<WriteStream, "isTTY" | "write">): {
  onProgress: (progress: Progress) => void;
  clear: () => void;
} {
  if (!to.isTTY) return { onProgress: () => {}, clear: () => {} };
  const started = Date.now();
  let shown = 0;
  return {
    onProgress({ table, bytes, expected }) {
      const now = Date.now();
      if (now - shown < EVERY_MS) return;
      shown = now;
      const part = expected > 0 ? `${Math.min(99, Math.floor((100 * bytes) / expected))} %  ` : "";
      const speed = size((1_000 * bytes) / Math.max(1, now - started));
      to.write(`\r\x1b[K${part}${size(bytes)}  ${speed}/s  ${table}`);
    },
    clear: () => void to.write("\r\x1b[K"),
  };
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOENT: "there is no such folder",
  ENOTDIR: "there is a file where a folder should be",
};

/** The one readable sentence of an expected failure; any other error as it is. */
export function explainFailure(error: unknown): Error {
  if (typeof error === "string") return new StartError(error);
  if (error instanceof StartError || !(error instanceof Error))
    return error instanceof Error ? error : new Error(`${error}`);
  const { code = "", path, syscall } = error as NodeJS.ErrnoException;
  const reason = syscall ? FILE_ERRORS[code] : undefined;
  return reason
    ? new StartError(`The backup cannot be written: ${reason}${path ? ` (${path})` : ""}.`, { cause: error })
    : error;
}
