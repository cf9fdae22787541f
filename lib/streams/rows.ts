// The rows of `channels` as the machine reads and writes them: always locked, always in the order of their ids.
import type { Transaction } from "../db";
import type { ChannelStatus, Track } from "./schema";

/** Kinds of state of which each has the time of its newest event. */
export const STATE_KINDS = ["status", "track", "position", "listeners", "queue", "format"] as const;
export type StateKind = (typeof STATE_KINDS)[number];

/** A channel as it is stored. Rows are never changed in place: a change makes another one. */
export interface ChannelRow {
  readonly id: number;
  /** As its source calls it. */
  readonly channelId: string;
  readonly name: string | null;
  /** Null for one that is pushed. */
  readonly sourceId: number | null;
  readonly status: ChannelStatus;
  /** What it was before it fell silent; else as `status`. */
  readonly knownStatus: ChannelStatus;
  /** Milliseconds since the epoch of the newest event by kind of state. */
  readonly newest: Readonly<Partial<Record<StateKind, number>>>;
  readonly track: Track | null;
  readonly positionSeconds: number | null;
  readonly positionAt: Date | null;
  readonly startedAt: Date | null;
  /** Null: not known. */
  readonly listeners: number | null;
  readonly queueSize: number | null;
  readonly bitrateKbps: number | null;
  readonly codec: string | null;
  readonly heardAt: Date;
  readonly reckonedAt: Date;
  readonly error: string | null;
  readonly errorAt: Date | null;
  readonly webhookUrl: string | null;
  /** Sealed. */
  readonly webhookSecret: string | null;
  readonly autoEndEnabled: boolean | null;
  readonly autoEndTimeoutSeconds: number | null;
  /** Empty: as the settings say. */
  readonly autoEndWarnings: readonly number[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** For `SELECT … FROM channels c`. */
export const CHANNEL_COLUMNS = `c.id, c.channel_id AS "channelId", c.name, c.source_id AS "sourceId", c.status,
  c.known_status AS "knownStatus", c.newest, c.track, c.position_seconds AS "positionSeconds", c.position_at AS "positionAt",
  c.started_at AS "startedAt", c.listeners, c.queue_size AS "queueSize", c.bitrate_kbps AS "bitrateKbps", c.codec,
  c.heard_at AS "heardAt", c.reckoned_at AS "reckonedAt", c.error, c.error_at AS "errorAt", c.webhook_url AS "webhookUrl",
  c.webhook_secret AS "webhookSecret", c.auto_end_enabled AS "autoEndEnabled",
  c.auto_end_timeout_seconds AS "autoEndTimeoutSeconds", c.auto_end_warnings AS "autoEndWarnings", c.created_at AS "createdAt", c.updated_at AS "updatedAt"`;

/** Rows by channel id, which nobody else changes before the transaction ends. Those that do not exist are missing. */
export async function lockChannelRows(transaction: Transaction, channelIds: readonly string[]): Promise<ChannelRow[]> {
  return transaction.$queryRawUnsafe<ChannelRow[]>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.channel_id = ANY($1::text[]) ORDER BY c.id FOR UPDATE`,
    channelIds,
  );
}

/** As `lockChannelRows`, by our own numbers. */
export async function readChannelRows(transaction: Transaction, ids: readonly number[]): Promise<ChannelRow[]> {
  return transaction.$queryRawUnsafe<ChannelRow[]>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.id = ANY($1::int[]) ORDER BY c.id FOR UPDATE`,
    ids,
  );
}

/** Writes the state of locked channels; name, webhook and settings of the timer are the verbs' business. */
export async function writeChannelRows(transaction: Transaction, rows: readonly ChannelRow[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.$executeRawUnsafe(WRITE, JSON.stringify(rows));
}

const WRITE = `UPDATE channels c SET source_id = r."sourceId", status = r.status, known_status = r."knownStatus", newest = r.newest,
    track = CASE WHEN jsonb_typeof(r.track) = 'null' THEN NULL ELSE r.track END,
    position_seconds = r."positionSeconds", position_at = r."positionAt", started_at = r."startedAt",
    listeners = r.listeners, queue_size = r."queueSize", bitrate_kbps = r."bitrateKbps", codec = r.codec,
    heard_at = r."heardAt", reckoned_at = r."reckonedAt", error = r.error, error_at = r."errorAt", updated_at = now()
  FROM jsonb_to_recordset($1::text::jsonb) AS r (id integer, "sourceId" integer, status text, "knownStatus" text,
    newest jsonb, track jsonb, "positionSeconds" float8, "positionAt" timestamptz, "startedAt" timestamptz,
    listeners integer, "queueSize" integer, "bitrateKbps" float8, codec text, "heardAt" timestamptz,
    "reckonedAt" timestamptz, error text, "errorAt" timestamptz)
  WHERE c.id = r.id`;
