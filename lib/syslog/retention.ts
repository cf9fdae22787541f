// How long the system log is kept.
import { pool } from "../db";

/** Deleted at once; a log that was kept for years goes in many short transactions. */
const AT_ONCE = 10_000;

/** Deletes entries older than that. @param days from 1 @returns how many */
export async function removeOldLogs(days: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const { rowCount } = await pool().query(
      `DELETE FROM system_log WHERE id IN (
         SELECT id FROM system_log WHERE created_at < now() - make_interval(days => $1) ORDER BY created_at LIMIT ${AT_ONCE})`,
      [days],
    );
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < AT_ONCE) return removed;
  }
}
