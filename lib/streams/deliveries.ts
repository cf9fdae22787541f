// Brings commands to those who do not ask for them: webhooks, and servers that are polled. By one instance.
import { pool } from "../db";
import { log } from "../log";
import { ProbeError } from "../probe";
import { decrypt } from "../secrets";
import { stopThroughSource } from "./sources/turn";
import { postWebhook } from "./webhook";

/** How long an attempt may take; only then does another one begin. */
const ATTEMPT_SECONDS = 6;
const AT_ONCE = 64;
/** Of this process. */
let underWay = 0;

interface Delivery {
  id: number;
  reason: string;
  createdAt: Date;
  channel: number;
  channelId: string;
  sourceId: number | null;
  webhookUrl: string | null;
  webhookSecret: string | null;
  /** Until the next attempt, if this one fails. */
  backOffSeconds: number;
}

/**
 * Takes commands whose time has come, so that nobody else does. A source that is polled is told again only after it was
 * seen on air since: what plays there may be somebody else by now.
 */
const TAKE = `WITH due AS (
    SELECT s.id, c.channel_id AS "channelId", c.source_id AS "sourceId", c.webhook_url AS "webhookUrl",
      c.webhook_secret AS "webhookSecret", least(30, power(2, least(s.attempts, 5)))::float8 AS "backOffSeconds"
    FROM stream_commands s JOIN channels c ON c.id = s.channel
    WHERE s.next_attempt_at <= $1::timestamptz AND s.acknowledged_at IS NULL AND s.ended_at IS NULL
      AND s.created_at > $1::timestamptz - interval '10 minutes'
      AND CASE WHEN c.source_id IS NULL THEN c.webhook_url IS NOT NULL ELSE s.attempts = 0
        OR c.heard_at >= s.next_attempt_at - make_interval(secs => least(30, power(2, least(s.attempts - 1, 5)))) END
    ORDER BY s.next_attempt_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED)
  UPDATE stream_commands s SET attempts = s.attempts + 1,
    next_attempt_at = $1::timestamptz + make_interval(secs => ${ATTEMPT_SECONDS} + due."backOffSeconds")
  FROM due WHERE s.id = due.id
  RETURNING s.id::float8 AS id, s.reason, s.created_at AS "createdAt", s.channel, due."channelId", due."sourceId",
    due."webhookUrl", due."webhookSecret", due."backOffSeconds"`;

/** Makes the attempts that are due, and waits for them: 6 s at most. */
export async function deliverWebhooks(now?: Date): Promise<void> {
  await Promise.all(await beginDeliveries(now));
}

/**
 * Begins the attempts that are due; they go on by themselves, so that one who does not answer keeps no other waiting.
 * @param now the database's clock by default
 * @returns the attempts; none of them fails
 */
export async function beginDeliveries(now?: Date): Promise<Promise<void>[]> {
  const room = AT_ONCE - underWay;
  if (room <= 0) return [];
  const at = now ?? (await databaseTime());
  const { rows } = await pool().query<Delivery>(TAKE, [at, room]);
  return rows.map(async (delivery) => {
    underWay += 1;
    await attempt(delivery, at).catch((error: unknown) =>
      log.error({ source: "streams", channel: delivery.channel, err: error }, "a command could not be sent"),
    );
    underWay -= 1;
  });
}

async function databaseTime(): Promise<Date> {
  const { rows } = await pool().query<{ now: Date }>("SELECT clock_timestamp()::timestamptz(3) AS now");
  if (!rows[0]) throw new Error("The database told no time");
  return rows[0].now;
}

async function attempt(delivery: Delivery, at: Date): Promise<void> {
  const fault = delivery.sourceId === null ? await sendWebhook(delivery, at) : await stopSource(delivery);
  if (fault === null) await noteDelivered(delivery, at);
  else await noteFault(delivery, { fault, at });
}

async function sendWebhook(
  { id, channelId, reason, createdAt, ...delivery }: Delivery,
  at: Date,
): Promise<string | null> {
  const { webhookUrl: url, webhookSecret: sealed, channel } = delivery;
  if (url === null) return "The webhook was removed";
  const secret = sealed === null ? null : decrypt(sealed, `channels:webhook_secret:${channel}`);
  const created_at = createdAt.toISOString();
  return postWebhook({ url, secret }, { id, channel_id: channelId, command: "stop", reason, created_at }, at);
}

async function stopSource({ channelId, sourceId, reason }: Delivery): Promise<string | null> {
  try {
    await stopThroughSource({ channelId, sourceId, reason });
    return null;
  } catch (error) {
    if (error instanceof ProbeError) return error.message;
    throw error;
  }
}

/** A server that ended a source has obeyed; a streamer has yet to acknowledge. */
async function noteDelivered({ id, sourceId }: Delivery, at: Date): Promise<void> {
  await pool().query(
    `UPDATE stream_commands SET delivered_at = coalesce(delivered_at, $2::timestamptz), error = NULL, next_attempt_at = NULL,
       acknowledged_at = CASE WHEN $3 THEN coalesce(acknowledged_at, $2::timestamptz) ELSE acknowledged_at END
     WHERE id = $1::bigint`,
    [id, at, sourceId !== null],
  );
}

async function noteFault({ id, backOffSeconds }: Delivery, { fault, at }: { fault: string; at: Date }): Promise<void> {
  await pool().query(
    `UPDATE stream_commands SET error = left($2, 500), next_attempt_at = $3::timestamptz + make_interval(secs => $4)
     WHERE id = $1::bigint AND acknowledged_at IS NULL AND ended_at IS NULL`,
    [id, fault, at, backOffSeconds],
  );
}
