import { copyFileSync, statSync, truncateSync } from "node:fs";

const LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Keeps PostgreSQL's log below twice the limit: the full file becomes `<file>.1`, in place of the former one.
 * Copied and emptied, since postgres holds it open (for appending, so it goes on at the new end).
 */
export function boundLog(file: string, limitBytes = LIMIT_BYTES): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= limitBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}
