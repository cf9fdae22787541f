// Channels that are not heard any more, and the reckoning of those of which nothing new is heard.
import { pool } from "../db";
import { advanceChannels } from "./ingest";
import { PUSH_SILENCE_MS } from "./reckon";
import type { ChannelRow } from "./rows";

/** The time that a poll may take. */
const POLL_MS = 5_000;
/** Days and plays are never further behind. */
const RECKON_SECONDS = 60;
/** Rows in one transaction: reports of the same channels wait for it. */
const MOST_AT_ONCE = 500;

interface Due {
  id: number;
  /** How long its source may be silent. */
  silence_ms: number;
  is_silent: boolean;
}

/**
 * Marks silent channels as unknown (90 s, or three polls), and reckons the others as far as they were heard.
 * @param heardForMs since when somebody here could have heard them: a pause of ours is no silence of theirs
 * @returns how many were changed
 */
export async function followSilence(heardForMs: number, now?: Date): Promise<number> {
  const { rows } = await pool().query<Due>(DUE, [
    ...[now ?? null, PUSH_SILENCE_MS, POLL_MS, heardForMs],
    ...[RECKON_SECONDS, MOST_AT_ONCE],
  ]);
  if (rows.length === 0) return 0;
  const limits = new Map(rows.filter(({ is_silent }) => is_silent).map(({ id, silence_ms }) => [id, silence_ms]));
  const isSilent = (row: ChannelRow, at: Date) =>
    canFallSilent(row) && at.getTime() - row.heardAt.getTime() > (limits.get(row.id) ?? Number.POSITIVE_INFINITY);
  const ids = rows.map(({ id }) => id);
  await advanceChannels(ids, isSilent, now);
  return ids.length;
}

/** What has stopped has no more to say. */
const canFallSilent = ({ status }: ChannelRow): boolean => status !== "stopped" && status !== "unknown";

const DUE = `
  WITH known AS (
    SELECT c.id, c.reckoned_at, c.heard_at, c.status, t.now,
      CASE WHEN s.id IS NULL THEN $2 ELSE 3000 * s.interval_seconds + $3 END::float8 AS silence_ms
    FROM channels c LEFT JOIN stream_sources s ON s.id = c.source_id,
      (SELECT coalesce($1::timestamptz, clock_timestamp()) AS now) AS t
    WHERE c.status <> 'unknown'
  ), judged AS (
    SELECT *, status <> 'stopped' AND silence_ms < $4::float8
      AND heard_at < now - make_interval(secs => silence_ms / 1000) AS is_silent
    FROM known
  )
  SELECT id, silence_ms, is_silent FROM judged
  WHERE is_silent
    -- What stopped may have started while we were away: that is told within the time that a source may be silent.
    OR reckoned_at + make_interval(secs => $5) < CASE WHEN status <> 'stopped' THEN heard_at WHEN $4 > $2 THEN now END
  ORDER BY is_silent DESC, reckoned_at LIMIT $6`;
