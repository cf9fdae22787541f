// What was reported of a channel and what it played, newest first.
import { pool } from "../db";
import { type Actor, requirePermission } from "../users/permissions";
import type { PlaysPage, StreamEventsPage } from "./analytics-schema";
import { channelSubject } from "./queries";
import { addShares, NO_SHARE, reckon, type Share } from "./reckon";
import { CHANNEL_COLUMNS, type ChannelRow } from "./rows";
import type { Play, Track } from "./schema";

export interface Page {
  /** 1 to 500. */
  limit: number;
  /** Only those with a smaller id. */
  before?: number | null | undefined;
  /** Only from this moment on. */
  from?: Date | null | undefined;
  /** Exclusive. */
  to?: Date | null | undefined;
}

/** @throws AppError unauthenticated, forbidden, not_found */
export async function listEvents(actor: Actor | null, channelId: string, page: Page): Promise<StreamEventsPage> {
  requirePermission(actor, "streams:read");
  const { id } = await channelSubject(actor, channelId);
  const { rows } = await pool().query<EventRow>(
    `SELECT id::float8 AS id, event, event_id, ts, received_at, data FROM stream_events e
     WHERE channel = $1 AND ($2::float8 IS NULL OR e.id < $2) AND ($3::timestamptz IS NULL OR ts >= $3)
       AND ($4::timestamptz IS NULL OR ts < $4)
     ORDER BY e.id DESC LIMIT $5`,
    valuesOf(id, page),
  );
  const events = rows.map(({ ts, received_at, ...event }) => ({
    ...event,
    ts: ts.toISOString(),
    received_at: received_at.toISOString(),
  }));
  return { events: events.slice(0, page.limit), next: nextOf(events, page) };
}

interface EventRow {
  id: number;
  event: string;
  event_id: string | null;
  ts: Date;
  received_at: Date;
  data: Record<string, unknown>;
}

/** @throws AppError unauthenticated, forbidden, not_found */
export async function listPlays(actor: Actor | null, channelId: string, page: Page): Promise<PlaysPage> {
  requirePermission(actor, "streams:read");
  const { id } = await channelSubject(actor, channelId);
  const { rows } = await pool().query<PlayRow & ChannelRow>(
    `SELECT ${CHANNEL_COLUMNS}, p.id::float8 AS "playId", p.track AS "playTrack", p.started_at AS "playedFrom",
       p.ended_at AS "playedTo", p.played_seconds AS played, p.known_seconds AS known, p.listener_seconds AS listened,
       p.peak AS "playPeak", now() AS "askedAt"
     FROM stream_plays p JOIN channels c ON c.id = p.channel
     WHERE p.channel = $1 AND ($2::float8 IS NULL OR p.id < $2) AND ($3::timestamptz IS NULL OR coalesce(p.ended_at, now()) >= $3)
       AND ($4::timestamptz IS NULL OR p.started_at < $4)
     ORDER BY p.id DESC LIMIT $5`,
    valuesOf(id, page),
  );
  const plays = rows.map(toPlay);
  return { plays: plays.slice(0, page.limit), next: nextOf(plays, page) };
}

/** One more than the limit tells whether there are older ones. */
const valuesOf = (channel: number, { limit, before = null, from = null, to = null }: Page) => [
  ...[channel, before, from, to],
  limit + 1,
];

const nextOf = (found: readonly { id: number }[], { limit }: Page): number | null =>
  found.length > limit ? (found[limit - 1]?.id ?? null) : null;

interface PlayRow {
  playId: number;
  playTrack: Track;
  playedFrom: Date;
  playedTo: Date | null;
  played: number;
  known: number;
  listened: number;
  playPeak: number | null;
  askedAt: Date;
}

/** Of the running one, with what has passed since it was reckoned. */
function toPlay(row: PlayRow & ChannelRow): Play {
  const since = row.playedTo === null && row.status === "playing" ? sinceReckoned(row) : NO_SHARE;
  const known = row.known + since.known;
  return {
    id: row.playId,
    channel_id: row.channelId,
    track: row.playTrack,
    started_at: row.playedFrom.toISOString(),
    ended_at: row.playedTo?.toISOString() ?? null,
    played_seconds: Math.round(row.played + since.onAir),
    listeners_average: known > 0 ? Math.round((100 * (row.listened + since.listenerSeconds)) / known) / 100 : null,
    listeners_peak: row.playPeak === null ? since.peak : Math.max(row.playPeak, since.peak ?? 0),
  };
}

const sinceReckoned = (row: PlayRow & ChannelRow): Share =>
  [...reckon(row, row.askedAt).values()].reduce(addShares, NO_SHARE);
