// Keeps the feed short: the newest events, and none beyond an age.
import { pool } from "../db";
import { settings } from "../settings/queries";

/** More than is kept may stand by this factor before it is trimmed, so that not each event costs a deletion. */
const SLACK = 1.1;
/** Deleted by one statement; writers wait for none of it. */
const BATCH = 5_000;

/**
 * Deletes events beyond `activity_keep`, once 10 % more stand, and those older than `activity_retention_days`. Costs two
 * look-ups in an index as long as there is nothing to do. Several instances may do it at once.
 * @returns how many were deleted
 */
export async function trimActivity(): Promise<number> {
  const { activity_keep, activity_retention_days } = await settings();
  const old = await deleteInBatches("created_at < now() - make_interval(days => $1::int)", activity_retention_days);
  const oldestKept = await oldestToKeep(activity_keep);
  return old + (oldestKept === null ? 0 : await deleteInBatches("id < $1::bigint", oldestKept));
}

/** The id of the oldest of `keep` events while more than the slack allows stand, else null. */
async function oldestToKeep(keep: number): Promise<string | null> {
  // Ids have gaps but never too little distance: where it is small, nothing has to be counted.
  const { rows: ends } = await pool().query<{ distance: number | null }>(
    "SELECT (max(id) - min(id) + 1)::float8 AS distance FROM activity_events",
  );
  const most = Math.floor(keep * SLACK);
  if ((ends[0]?.distance ?? 0) < most) return null;
  const { rows } = await pool().query<{ id: string }>(
    `SELECT kept.id FROM activity_events kept
     WHERE EXISTS (SELECT FROM activity_events ORDER BY id DESC OFFSET $2::int LIMIT 1)
     ORDER BY kept.id DESC OFFSET $1::int LIMIT 1`,
    [keep - 1, most - 1],
  );
  return rows[0]?.id ?? null;
}

async function deleteInBatches(condition: string, bound: string | number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool().query(
      `DELETE FROM activity_events WHERE id IN (
         SELECT id FROM activity_events WHERE ${condition} ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
      [bound],
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) return deleted;
  }
}
