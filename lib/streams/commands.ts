// What a streamer is told to do, at least once: by the long poll it holds, a webhook, or the server that its source belongs to.
import { pool, type Transaction } from "../db";
import { AppError } from "../errors";
import { type Actor, requirePermission } from "../users/permissions";
import { type CommandRings, createRings } from "./command-rings";
import type { Command } from "./commands-schema";

/**
 * Tells a channel to stop. Anything older that is still open is not to be carried out besides.
 * @param channel our number of it
 * @returns the command's id
 */
export async function sendStop(transaction: Transaction, channel: number, reason: string, now: Date): Promise<string> {
  await withdrawStops(transaction, channel, now);
  const [row] = await transaction.$queryRawUnsafe<{ id: string }[]>(
    `INSERT INTO stream_commands (channel, command, reason, created_at, next_attempt_at)
     VALUES ($1, 'stop', $2, $3::timestamptz, $3::timestamptz) RETURNING id::text`,
    channel,
    reason,
    now.toISOString(),
  );
  if (!row) throw new Error("INSERT INTO stream_commands returned no row");
  await ring(transaction, channel);
  return row.id;
}

/** Once more: the same command, or another one where that was acknowledged and the channel goes on. @returns the command's id */
export async function repeatStop(
  transaction: Transaction,
  { channel, commandId, reason, now }: { channel: number; commandId: string | null; reason: string; now: Date },
): Promise<string> {
  const repeated = await transaction.$executeRawUnsafe(
    `UPDATE stream_commands SET next_attempt_at = $3::timestamptz
     WHERE id = $1::bigint AND channel = $2 AND acknowledged_at IS NULL AND ended_at IS NULL`,
    commandId,
    channel,
    now.toISOString(),
  );
  if (repeated === 0 || commandId === null) return sendStop(transaction, channel, reason, now);
  await ring(transaction, channel);
  return commandId;
}

/** What was sent is not to be carried out any more. */
export async function withdrawStops(transaction: Transaction, channel: number, now: Date): Promise<void> {
  await transaction.$executeRawUnsafe(
    `UPDATE stream_commands SET ended_at = $2::timestamptz
     WHERE channel = $1 AND acknowledged_at IS NULL AND ended_at IS NULL`,
    channel,
    now.toISOString(),
  );
}

/** Why the newest stop of a channel could not be brought; null where it was, or nobody is told. */
export async function faultOfStop(transaction: Transaction, channel: number): Promise<string | null> {
  const [row] = await transaction.$queryRawUnsafe<{ error: string | null }[]>(
    "SELECT error FROM stream_commands WHERE channel = $1 ORDER BY id DESC LIMIT 1",
    channel,
  );
  return row?.error ?? null;
}

async function ring(transaction: Transaction, channel: number): Promise<void> {
  await transaction.$executeRawUnsafe(
    "SELECT pg_notify('dozor_stream_command', $1), pg_notify('dozor_stream_due', '')",
    String(channel),
  );
}

/** A streamer may ask before its first event makes the channel, so that one that does not exist has none. */
const OPEN = `WITH open AS (
    SELECT s.id FROM stream_commands s JOIN channels c ON c.id = s.channel
    WHERE c.channel_id = $1 AND s.acknowledged_at IS NULL AND s.ended_at IS NULL ORDER BY s.id FOR UPDATE OF s)
  UPDATE stream_commands s SET delivered_at = coalesce(s.delivered_at, clock_timestamp())
  FROM open WHERE s.id = open.id
  RETURNING s.id::float8 AS id, s.command, s.reason, s.created_at`;

async function openCommands(channelId: string): Promise<Command[]> {
  const { rows } = await pool().query<Omit<Command, "created_at"> & { created_at: Date }>(OPEN, [channelId]);
  return rows
    .map((row) => ({ ...row, created_at: row.created_at.toISOString() }))
    .sort((one, other) => one.id - other.id);
}

const rings: CommandRings = createRings();

/**
 * The commands that a channel has not acknowledged, oldest first; each is given again until it is.
 * @param waitSeconds how long to wait for the first one
 * @param signal nobody waits any more
 * @throws AppError unauthenticated, forbidden
 */
export async function waitForCommands(
  actor: Actor | null,
  channelId: string,
  { waitSeconds, signal }: { waitSeconds: number; signal?: AbortSignal },
): Promise<Command[]> {
  requirePermission(actor, "streams:write");
  if (waitSeconds === 0) return openCommands(channelId);
  return rings.wait(() => openCommands(channelId), { channelId, waitMs: 1_000 * waitSeconds, signal });
}

/**
 * The streamer has taken a command and will obey; that it did is seen by its events. Doing it twice changes nothing.
 * @throws AppError unauthenticated, forbidden, not_found
 */
export async function acknowledge(actor: Actor | null, channelId: string, commandId: number): Promise<void> {
  requirePermission(actor, "streams:write");
  if (channelId.includes("\0")) throw noCommand();
  const { rowCount } = await pool().query(
    `UPDATE stream_commands s SET acknowledged_at = coalesce(s.acknowledged_at, clock_timestamp())
     FROM channels c WHERE c.id = s.channel AND c.channel_id = $1 AND s.id = $2::bigint`,
    [channelId, commandId],
  );
  if (rowCount === 0) throw noCommand();
}

const noCommand = () => new AppError("not_found", "This channel has no such command.");
