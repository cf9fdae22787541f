// Channels as people and clients see them: what is stored, and what has passed since it was reckoned.
import { pool } from "../db";
import { AppError } from "../errors";
import { roundTo } from "../rate";
import { settings } from "../settings/queries";
import type { Settings } from "../settings/schema";
import { type Actor, can, requirePermission } from "../users/permissions";
import { shownTimer } from "./auto-end/shown";
import { TIMER_COLUMNS, type TimerRow } from "./auto-end/timer-rows";
import type { ChannelDetail } from "./channel-schema";
import { addShares, dayOf, NO_SHARE, reckon } from "./reckon";
import { CHANNEL_COLUMNS, type ChannelRow } from "./rows";
import { type Channel, isOnAir } from "./schema";
import { channelName, positionAt } from "./state";

export interface StreamTotals {
  /** On air. */
  active_streams: number;
  total_listeners: number;
  queue_items: number;
}

/** All channels: those on air first, then by name. @throws AppError unauthenticated, forbidden */
export async function listChannels(actor: Actor | null): Promise<Channel[]> {
  requirePermission(actor, "streams:read");
  const channels = await readChannels("true", []);
  return [...channels.values()].sort(onAirFirst);
}

/** Whoever may change channels sees what became of the one that was changed, also with a token for nothing else. */
export function requireOneChannel(actor: Actor | null): asserts actor is Actor {
  requirePermission(actor, actor && can(actor, "streams:write") ? "streams:write" : "streams:read");
}

/** One channel, or null where there is none of that id. @throws AppError when the actor may neither read nor change channels */
export async function channelById(actor: Actor | null, channelId: string): Promise<Channel | null> {
  requireOneChannel(actor);
  if (channelId.includes("\0")) return null;
  const channels = await readChannels("c.channel_id = $1", [channelId]);
  return [...channels.values()][0] ?? null;
}

/** As `channelById`, with the webhook for whoever may change it. */
export async function channelDetail(actor: Actor | null, channelId: string): Promise<ChannelDetail | null> {
  const channel = await channelById(actor, channelId);
  if (!channel || !actor) return null;
  if (!can(actor, "streams:write")) return { ...channel, webhook: null };
  const { rows } = await pool().query<{ url: string | null; has_secret: boolean }>(
    "SELECT webhook_url AS url, webhook_secret IS NOT NULL AS has_secret FROM channels WHERE channel_id = $1",
    [channelId],
  );
  const { url = null, has_secret = false } = rows[0] ?? {};
  return { ...channel, webhook: url === null ? null : { url, has_secret } };
}

/** Channels by our own numbers; those that are gone are missing. @throws AppError unauthenticated, forbidden */
export async function channelsByIds(actor: Actor | null, ids: readonly number[]): Promise<Map<number, Channel>> {
  requirePermission(actor, "streams:read");
  return readChannels("c.id = ANY($1::int[])", [ids]);
}

/** What owns a channel's series. */
export interface ChannelSubject {
  id: number;
  /** Seconds since the epoch. */
  since: number;
}

/** Null where there is no channel of that id. @throws AppError when the actor may neither read nor change channels */
export async function findChannelSubject(actor: Actor | null, channelId: string): Promise<ChannelSubject | null> {
  requireOneChannel(actor);
  if (channelId.includes("\0")) return null;
  const { rows } = await pool().query<ChannelSubject>(
    "SELECT id, extract(epoch FROM created_at)::float8 AS since FROM channels WHERE channel_id = $1",
    [channelId],
  );
  return rows[0] ?? null;
}

/** @throws AppError not_found, and when the actor may neither read nor change channels */
export async function channelSubject(actor: Actor | null, channelId: string): Promise<ChannelSubject> {
  const subject = await findChannelSubject(actor, channelId);
  if (!subject) throw channelNotFound();
  return subject;
}

export const channelNotFound = () => new AppError("not_found", "There is no channel of that id.");

/** What all channels are together. @throws AppError unauthenticated, forbidden */
export async function streamTotals(actor: Actor | null): Promise<StreamTotals> {
  requirePermission(actor, "streams:read");
  const { rows } = await pool().query<StreamTotals>(
    `SELECT count(*)::int AS active_streams, coalesce(sum(listeners), 0)::float8 AS total_listeners,
       coalesce(sum(queue_size), 0)::float8 AS queue_items
     FROM channels WHERE status IN ('playing', 'placeholder')`,
  );
  return rows[0] ?? { active_streams: 0, total_listeners: 0, queue_items: 0 };
}

async function readChannels(which: string, values: unknown[]): Promise<Map<number, Channel>> {
  const [{ rows }, now] = await Promise.all([pool().query<ReadRow>(readSql(which), values), settings()]);
  return new Map(rows.map((row) => [row.id, toChannel(row, now)]));
}

/** What of a channel's days is shown; seconds. */
interface DaySums {
  known_today: number | null;
  listener_seconds_today: number | null;
  peak_today: number | null;
  watched_7d: number | null;
  on_air_7d: number | null;
  watched_30d: number | null;
  on_air_30d: number | null;
}

/** A channel, its timer if it has one, and its days. */
type ReadRow = ChannelRow & (TimerRow | { state: null }) & DaySums & { sourceName: string | null; askedAt: Date };

// Days and ages are by the database's clock, as everything that is reckoned.
const readSql = (which: string) => `
  SELECT ${CHANNEL_COLUMNS}, ${TIMER_COLUMNS}, s.name AS "sourceName", now() AS "askedAt", d.*
  FROM channels c LEFT JOIN stream_sources s ON s.id = c.source_id LEFT JOIN auto_end a ON a.channel = c.id
  CROSS JOIN LATERAL (
    SELECT sum(known_seconds) FILTER (WHERE day = today) AS known_today,
      sum(listener_seconds) FILTER (WHERE day = today) AS listener_seconds_today,
      max(peak) FILTER (WHERE day = today) AS peak_today,
      sum(watched_seconds) FILTER (WHERE day > today - 7) AS watched_7d,
      sum(on_air_seconds) FILTER (WHERE day > today - 7) AS on_air_7d,
      sum(watched_seconds) AS watched_30d, sum(on_air_seconds) AS on_air_30d
    FROM stream_days, (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS t
    WHERE channel = c.id AND day > today - 30
  ) AS d
  WHERE ${which}`;

function toChannel(row: ReadRow, settings: Settings): Channel {
  const { askedAt: now, sourceId, error, errorAt } = row;
  const isKnown = row.status !== "unknown";
  const timer = row.state === null ? null : row;
  return {
    channel_id: row.channelId,
    name: channelName(row),
    status: row.status,
    source: { kind: sourceId === null ? "push" : "icecast", id: sourceId, name: row.sourceName },
    current_track: row.track,
    position_seconds: row.track && rounded(positionAt(row, now)),
    started_at: row.startedAt?.toISOString() ?? null,
    listeners: isKnown ? row.listeners : null,
    ...statisticsOf(row, now),
    queue_size: row.queueSize,
    bitrate_kbps: row.bitrateKbps,
    codec: row.codec,
    last_activity: row.heardAt.toISOString(),
    last_error: error !== null && errorAt ? { message: error, at: errorAt.toISOString() } : null,
    auto_end: shownTimer(timer, settings, row, now),
  };
}

type Statistics = Pick<
  Channel,
  "peak_today" | "average_listeners" | "listener_minutes" | "uptime_percent_7d" | "uptime_percent_30d"
>;

/** What is stored of the days, and what has passed since then. */
function statisticsOf(row: ReadRow, now: Date): Statistics {
  const since = reckon(row, now);
  const today = since.get(dayOf(now.getTime())) ?? NO_SHARE;
  const all = [...since.values()].reduce(addShares, NO_SHARE);
  const known = (row.known_today ?? 0) + today.known;
  const listened = (row.listener_seconds_today ?? 0) + today.listenerSeconds;
  const peaks = [row.peak_today, today.peak].filter((peak) => peak !== null);
  const percent = (onAir: number | null, watched: number | null) => {
    const seconds = (watched ?? 0) + all.watched;
    return seconds > 0 ? rounded((100 * ((onAir ?? 0) + all.onAir)) / seconds) : null;
  };
  return {
    peak_today: peaks.length > 0 ? Math.max(...peaks) : null,
    average_listeners: known > 0 ? rounded(listened / known) : null,
    listener_minutes: rounded(listened / 60) ?? 0,
    uptime_percent_7d: percent(row.on_air_7d, row.watched_7d),
    uptime_percent_30d: percent(row.on_air_30d, row.watched_30d),
  };
}

const rounded = (value: number | null): number | null => (value === null ? null : roundTo(value, 2));

const onAirFirst = (a: Channel, b: Channel): number =>
  Number(isOnAir(b.status)) - Number(isOnAir(a.status)) || (a.name < b.name ? -1 : 1);
