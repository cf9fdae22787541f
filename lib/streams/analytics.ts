// How much was played and listened to: over days from what was reckoned, over hours from series.
import { pool } from "../db";
import { readSeries } from "../metrics/read";
import { type Actor, requirePermission } from "../users/permissions";
import type { ListenerHistory, Period, StreamSummary, TopTracks } from "./analytics-schema";
import { channelSubject, streamTotals } from "./queries";
import { DAY_MS, dayOf } from "./reckon";
import type { Track } from "./schema";

const SELF = 1;
const DAYS: Readonly<Record<Period, number | null>> = { "7d": 7, "30d": 30, "90d": 90, all: null };
const POINTS = 300;
const HOUR_MS = 3_600_000;

/** Listeners of one channel, or of all together. */
interface Line {
  subject: number;
  metric: "stream.listeners" | "streams.listeners";
}

/**
 * @param channelId of one channel only
 * @throws AppError unauthenticated, forbidden, not_found
 */
export async function streamSummary(
  actor: Actor | null,
  period: Period,
  channelId?: string | undefined,
): Promise<StreamSummary> {
  requirePermission(actor, "streams:read");
  const now = Date.now();
  const line = await lineOf(actor, channelId);
  const channel = channelId === undefined ? null : line.subject;
  const [plays, totals, today, week] = await Promise.all([
    readPlays(channel, startOf(period, now)),
    channel === null ? streamTotals(actor) : listenersOf(channel),
    readWhole(line, dayOf(now), now),
    readWhole(line, now - 7 * DAY_MS, now),
  ]);
  return {
    ...{ period, plays: plays.plays, unique_tracks: plays.unique_tracks },
    hours: Math.round(plays.seconds / 36) / 100,
    listeners_now: totals.total_listeners,
    peak_today: today.peak,
    peak_week: week.peak,
    average_week: week.average,
  };
}

/**
 * Listeners over the period, about 300 points at most.
 * @throws AppError unauthenticated, forbidden, not_found
 */
export async function listenerHistory(
  actor: Actor | null,
  period: Period,
  channelId?: string | undefined,
): Promise<ListenerHistory> {
  requirePermission(actor, "streams:read");
  const now = Date.now();
  const { subject, metric } = await lineOf(actor, channelId);
  const from = startOf(period, now)?.getTime() ?? (await firstSample(subject, metric)) ?? now - 7 * DAY_MS;
  const selectors = [{ metric }];
  const read = await readSeries({ subject, selectors, from: Math.min(from, now - 1), to: now, points: POINTS });
  const [series] = read.series;
  const points = read.ts.map((ts, i) => ({
    at: new Date(1_000 * ts).toISOString(),
    average: rounded(series?.avg[i] ?? null),
    peak: series?.max[i] ?? null,
  }));
  return { period, step_s: read.stepSeconds, points };
}

interface TopRow {
  track: Track;
  plays: number;
  played_seconds: number;
  listeners_average: number | null;
  listeners_peak: number | null;
  last_played_at: Date;
}

/**
 * What was played most often, then longest.
 * @param limit 1 to 100
 * @throws AppError unauthenticated, forbidden, not_found
 */
export async function topTracks(
  actor: Actor | null,
  period: Period,
  { limit, channelId }: { limit: number; channelId?: string | undefined },
): Promise<TopTracks> {
  requirePermission(actor, "streams:read");
  const channel = channelId === undefined ? null : (await channelSubject(actor, channelId)).id;
  const { rows } = await pool().query<TopRow>(
    `SELECT (array_agg(track ORDER BY id DESC))[1] AS track, count(*)::int AS plays, sum(played_seconds) AS played_seconds,
       sum(listener_seconds) / nullif(sum(known_seconds), 0) AS listeners_average, max(peak) AS listeners_peak,
       max(started_at) AS last_played_at
     FROM stream_plays
     WHERE ($1::int IS NULL OR channel = $1) AND ($2::timestamptz IS NULL OR started_at >= $2)
     GROUP BY track_key ORDER BY plays DESC, played_seconds DESC, track_key LIMIT $3`,
    [channel, startOf(period, Date.now()), limit],
  );
  const tracks = rows.map((row) => ({
    ...row,
    played_seconds: Math.round(row.played_seconds),
    listeners_average: rounded(row.listeners_average),
    last_played_at: row.last_played_at.toISOString(),
  }));
  return { period, tracks };
}

const startOf = (period: Period, now: number): Date | null => {
  const days = DAYS[period];
  return days === null ? null : new Date(now - days * DAY_MS);
};

async function lineOf(actor: Actor, channelId: string | undefined): Promise<Line> {
  if (channelId === undefined) return { subject: SELF, metric: "streams.listeners" };
  const { id } = await channelSubject(actor, channelId);
  return { subject: id, metric: "stream.listeners" };
}

async function readPlays(channel: number | null, from: Date | null) {
  const { rows } = await pool().query<{ plays: number; seconds: number; unique_tracks: number }>(
    `SELECT count(*)::int AS plays, coalesce(sum(played_seconds), 0) AS seconds,
       count(DISTINCT track_key)::int AS unique_tracks
     FROM stream_plays
     WHERE ($1::int IS NULL OR channel = $1) AND ($2::timestamptz IS NULL OR started_at >= $2)`,
    [channel, from],
  );
  return rows[0] ?? { plays: 0, seconds: 0, unique_tracks: 0 };
}

async function listenersOf(channel: number): Promise<{ total_listeners: number | null }> {
  const { rows } = await pool().query<{ total_listeners: number | null }>(
    "SELECT CASE WHEN status IN ('stopped', 'paused') THEN 0 ELSE listeners END AS total_listeners FROM channels WHERE id = $1",
    [channel],
  );
  return rows[0] ?? { total_listeners: 0 };
}

/** A range as one: the highest value, and the average over the time for which there is one. */
async function readWhole({ subject, metric }: Line, from: number, to: number) {
  const range = { from: Math.min(from, to - 1), to };
  const { series } = await readSeries({ subject, selectors: [{ metric }], ...range, points: POINTS });
  const peaks = (series[0]?.max ?? []).filter((value) => value !== null);
  const averages = (series[0]?.avg ?? []).filter((value) => value !== null);
  const average = averages.reduce((sum, value) => sum + value, 0) / averages.length;
  return {
    peak: peaks.length > 0 ? Math.max(...peaks) : null,
    average: averages.length > 0 ? rounded(average) : null,
  };
}

/** An hour before the first sample may have been: a young series is no single point. */
async function firstSample(subject: number, metric: string): Promise<number | null> {
  const { rows } = await pool().query<{ at: Date }>(
    "SELECT coalesce((SELECT min(created_at) FROM channels WHERE $1 = 1 OR id = $1), now()) AS at FROM series WHERE subject = $1 AND metric = $2 LIMIT 1",
    [subject, metric],
  );
  return rows[0] ? rows[0].at.getTime() - HOUR_MS : null;
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(100 * value) / 100);
