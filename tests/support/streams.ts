// Channels in virtual time: what a streamer reports at which second, and what auto-end made of it.
import { pool } from "../../lib/db";
import { autoEndTurn } from "../../lib/streams/auto-end/turn";
import { deliverWebhooks } from "../../lib/streams/deliveries";
import { readEvent, type StreamEvent } from "../../lib/streams/events-schema";
import { ingest } from "../../lib/streams/ingest";

const NOON = Date.UTC(2026, 2, 1, 12);

/** So many seconds after noon of the virtual day. */
export const at = (seconds: number): Date => new Date(NOON + 1_000 * seconds);

/** What a streamer sends, as the push API reads it. */
export function eventOf(sent: object): StreamEvent {
  const read = readEvent(sent);
  if (!read.ok) throw new Error(JSON.stringify(read.fields));
  return read.event;
}

/** Reports events of a channel, heard so many seconds after noon. */
export async function report(second: number, channelId: string, ...events: object[]): Promise<void> {
  await ingest(
    events.map((sent) => ({ channelId, event: eventOf(sent) })),
    at(second),
  );
}

/** Puts a channel on air with so many listeners. */
export const onAir = (second: number, channelId: string, count: number): Promise<void> =>
  report(second, channelId, { event: "started" }, { event: "listeners", count });

/** All channels are heard of, and nothing has changed. */
export const beHeard = async (second: number): Promise<void> => {
  await pool().query("UPDATE channels SET heard_at = $1", [at(second)]);
};

/** The holder of the lease at work from a second on to another, with a turn each second; channels report all the time. */
export async function turns(from: number, to: number): Promise<void> {
  for (let second = from; second <= to; second += 1) await turn(second);
}

/** One turn of the holder of the lease; channels have reported. */
export async function turn(second: number): Promise<void> {
  await beHeard(second);
  await autoEndTurn(at(second));
}

/** What open pages were told of a channel, in its order. */
export async function noticesOf(channelId: string): Promise<string[]> {
  const { rows } = await pool().query<{ type: string; data: { reason: string; seconds_remaining?: number } }>(
    `SELECT n.type, n.data FROM stream_notices n JOIN channels c ON c.id = n.channel WHERE c.channel_id = $1 ORDER BY n.id`,
    [channelId],
  );
  return rows.map(({ type, data }) => {
    const word = type.replace("auto_end_", "");
    return `${word}: ${data.seconds_remaining ?? data.reason}`;
  });
}

interface StoredCommand {
  id: number;
  reason: string;
  attempts: number;
  delivered: boolean;
  acknowledged: boolean;
  ended: boolean;
  error: string | null;
}

/** All commands of a channel, oldest first. */
export async function commandsOf(channelId: string): Promise<StoredCommand[]> {
  const { rows } = await pool().query<StoredCommand>(
    `SELECT s.id::float8 AS id, s.reason, s.attempts, s.delivered_at IS NOT NULL AS delivered,
       s.acknowledged_at IS NOT NULL AS acknowledged, s.ended_at IS NOT NULL AS ended, s.error
     FROM stream_commands s JOIN channels c ON c.id = s.channel WHERE c.channel_id = $1 ORDER BY s.id`,
    [channelId],
  );
  return rows;
}

/** A life of five minutes and a little in its steps; each may be ended at any point and begun again. */
export const LIFE = {
  start: (channelId: string) =>
    report(0, channelId, { event: "started", event_id: "a" }, { event: "listeners", count: 0, event_id: "b" }),
  warn: () => turn(270),
  end: () => turn(300),
  deliver: () => deliverWebhooks(at(300)),
  stop: (channelId: string) => report(302, channelId, { event: "stopped", event_id: "c" }),
};
export type LifeStep = keyof typeof LIFE;
