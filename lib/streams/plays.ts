// Plays and days as they are written: what events added to them.
import type { Transaction } from "../db";
import { NO_SHARE } from "./reckon";
import type { Track } from "./schema";
import type { ChannelWork, PlayWork } from "./work";

interface RunningRow {
  id: number;
  channel: number;
  track: Track;
  startedAt: Date;
}

/** What plays on channels, by channel. */
export async function readRunning(
  transaction: Transaction,
  channels: readonly number[],
): Promise<Map<number, PlayWork>> {
  const rows = await transaction.$queryRawUnsafe<RunningRow[]>(
    `SELECT id::float8 AS id, channel, track, started_at AS "startedAt" FROM stream_plays
     WHERE channel = ANY($1::int[]) AND ended_at IS NULL`,
    channels,
  );
  return new Map(
    rows.map(({ id, channel, track, startedAt }) => [
      channel,
      { id, track, startedAt, endedAt: null, share: NO_SHARE },
    ]),
  );
}

/** By what plays of one track are counted together. */
export const trackKey = ({ id, title }: Track): string =>
  id === null ? `title:${title.trim().toLowerCase()}` : `id:${id}`;

/** Adds what was reckoned to plays and days. */
export async function writePlays(transaction: Transaction, works: readonly ChannelWork[]): Promise<void> {
  const plays = works.flatMap(({ row, plays }) =>
    plays.map(({ id, track, startedAt, endedAt, share }) => ({
      ...{ id, channel: row.id, key: trackKey(track), track, startedAt, endedAt },
      ...{ played: share.onAir, known: share.known, listened: share.listenerSeconds, peak: share.peak },
    })),
  );
  // The last one ends before another begins: only one of a channel runs.
  const known = plays.filter(
    ({ id, endedAt, played, peak }) => id !== null && (endedAt || played > 0 || peak !== null),
  );
  if (known.length > 0) await transaction.$executeRawUnsafe(UPDATE, JSON.stringify(known));
  const begun = plays.filter(({ id }) => id === null);
  if (begun.length > 0) await transaction.$executeRawUnsafe(INSERT, JSON.stringify(begun));
  const days = works.flatMap(({ row, days }) =>
    [...days].map(([day, share]) => ({ channel: row.id, day: new Date(day).toISOString().slice(0, 10), ...share })),
  );
  if (days.length > 0) await transaction.$executeRawUnsafe(DAYS, JSON.stringify(days));
}

const PLAYS = `jsonb_to_recordset($1::text::jsonb) AS r (id bigint, channel integer, key text, track jsonb,
  "startedAt" timestamptz, "endedAt" timestamptz, played float8, known float8, listened float8, peak integer)`;

const UPDATE = `UPDATE stream_plays p SET ended_at = r."endedAt", played_seconds = p.played_seconds + r.played,
    known_seconds = p.known_seconds + r.known, listener_seconds = p.listener_seconds + r.listened,
    peak = greatest(p.peak, r.peak)
  FROM ${PLAYS} WHERE p.id = r.id`;

const INSERT = `INSERT INTO stream_plays
    (channel, track_key, track, started_at, ended_at, played_seconds, known_seconds, listener_seconds, peak)
  SELECT channel, key, track, "startedAt", "endedAt", played, known, listened, peak FROM ${PLAYS}`;

const DAYS = `INSERT INTO stream_days AS d
    (channel, day, watched_seconds, on_air_seconds, known_seconds, listener_seconds, peak)
  SELECT channel, day, watched, "onAir", known, "listenerSeconds", peak
  FROM jsonb_to_recordset($1::text::jsonb) AS r (channel integer, day date, watched float8, "onAir" float8,
    known float8, "listenerSeconds" float8, peak integer)
  ORDER BY channel, day
  ON CONFLICT (channel, day) DO UPDATE SET watched_seconds = d.watched_seconds + excluded.watched_seconds,
    on_air_seconds = d.on_air_seconds + excluded.on_air_seconds, known_seconds = d.known_seconds + excluded.known_seconds,
    listener_seconds = d.listener_seconds + excluded.listener_seconds, peak = greatest(d.peak, excluded.peak)`;
