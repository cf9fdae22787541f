// What auto-end owes to time: warnings, ends, further attempts, and what changed settings ask for. By one instance.
import { pool, prisma, type Transaction } from "../../db";
import { log } from "../../log";
import { settingsWithin } from "../../settings/queries";
import { warningsOf } from "../../settings/warnings-schema";
import { PUSH_SILENCE_MS } from "../reckon";
import { readChannelRows } from "../rows";
import { stepTimers } from "./carry-out";

/** How many channels one transaction steps: its locks keep their events waiting. */
const AT_ONCE = 50;
const MOST_MS = 1_000;
const LEAST_MS = 10;

/**
 * Carries out what is due of all channels: each in a transaction that has locked the channel, so that a listener who came first counts.
 * A channel that fails is logged and does not keep others from their end.
 * @param now the database's clock by default
 * @param watchedForMs since when somebody carries out what is due: a deadline before that was missed
 * @param lateMs how long after its deadline a channel may be ended still: as long as turns may be apart
 * @returns milliseconds until the next warning or deadline, 1000 at most
 */
export async function autoEndTurn(
  now?: Date,
  watchedForMs = Number.POSITIVE_INFINITY,
  lateMs?: number,
): Promise<number> {
  const at = now ?? (await databaseTime());
  const due = await dueChannels(at);
  const times = { now: at, since: at.getTime() - watchedForMs, ...(lateMs !== undefined && { lateMs }) };
  for (let from = 0; from < due.length; from += AT_ONCE) await stepAll(due.slice(from, from + AT_ONCE), times);
  return untilNext(at);
}

async function databaseTime(): Promise<Date> {
  const { rows } = await pool().query<{ now: Date }>("SELECT clock_timestamp()::timestamptz(3) AS now");
  if (!rows[0]) throw new Error("The database told no time");
  return rows[0].now;
}

/** Those whose timer is at a threshold or its end, and those whose timer is not what channel and settings ask for. */
const DUE = `WITH setting AS (SELECT $2::boolean AS enabled)
  SELECT c.id FROM setting, channels c LEFT JOIN auto_end a ON a.channel = c.id
  WHERE ((a.channel IS NULL OR a.state = 'suspended') AND c.status IN ('playing', 'placeholder') AND c.listeners = 0
      AND c.heard_at >= $1::timestamptz - make_interval(secs => $4) AND coalesce(c.auto_end_enabled, setting.enabled))
    OR (a.state IN ('armed', 'suspended', 'paused', 'held') AND NOT coalesce(c.auto_end_enabled, setting.enabled))
    OR (a.state IN ('armed', 'ending') AND a.deadline <= $1::timestamptz)
    OR (a.state IN ('armed', 'ending') AND a.armed_at > $1::timestamptz + interval '5 seconds')
    OR (a.state = 'armed' AND EXISTS (SELECT FROM unnest(coalesce(nullif(c.auto_end_warnings, '{}'), $3::integer[])) AS threshold
      WHERE a.deadline <= $1::timestamptz + make_interval(secs => threshold)
        AND NOT threshold >= ANY (a.warnings_sent)))
  ORDER BY a.deadline, c.id`;

async function dueChannels(at: Date): Promise<number[]> {
  const { auto_end_enabled, auto_end_warnings } = await settingsWithin(prisma());
  const { rows } = await pool().query<{ id: number }>(DUE, [
    at,
    auto_end_enabled,
    warningsOf(auto_end_warnings),
    PUSH_SILENCE_MS / 1_000,
  ]);
  return rows.map(({ id }) => id);
}

interface TurnTimes {
  now: Date;
  since: number;
  lateMs?: number;
}

async function stepAll(ids: readonly number[], times: TurnTimes): Promise<void> {
  try {
    await prisma().$transaction((transaction) => stepLocked(transaction, ids, times), { timeout: 30_000 });
  } catch (error) {
    if (ids.length > 1) {
      for (const id of ids) await stepAll([id], times);
      return;
    }
    log.error({ source: "streams", channel: ids[0], err: error }, "the timer of a channel failed; it is tried again");
  }
}

async function stepLocked(transaction: Transaction, ids: readonly number[], times: TurnTimes): Promise<void> {
  const { now, ...looked } = times;
  const channels = await readChannelRows(transaction, ids);
  const cases = channels.map((channel) => ({ channel, input: { do: "tick", ...looked } as const }));
  const changed = await stepTimers(transaction, cases, { settings: await settingsWithin(transaction), now });
  await tellChanged(transaction, [...changed]);
}

/** Open pages show timers with their channels. */
export async function tellChanged(transaction: Transaction, channels: readonly number[]): Promise<void> {
  if (channels.length === 0) return;
  await transaction.$executeRawUnsafe(
    "SELECT pg_notify('dozor_stream', id || ':changed') FROM unnest($1::int[]) AS id",
    channels,
  );
}

const NEXT = `SELECT min(extract(epoch FROM due - $1::timestamptz) * 1000)::float8 AS ms FROM (
    SELECT deadline AS due FROM auto_end WHERE deadline > $1
    UNION ALL
    SELECT a.deadline - make_interval(secs => threshold) FROM auto_end a JOIN channels c ON c.id = a.channel,
      unnest(coalesce(nullif(c.auto_end_warnings, '{}'), $2::integer[])) AS threshold
    WHERE a.state = 'armed') AS times
  WHERE due > $1::timestamptz`;

async function untilNext(at: Date): Promise<number> {
  const { auto_end_warnings } = await settingsWithin(prisma());
  const { rows } = await pool().query<{ ms: number | null }>(NEXT, [at, warningsOf(auto_end_warnings)]);
  return Math.max(LEAST_MS, Math.min(MOST_MS, rows[0]?.ms ?? MOST_MS));
}
