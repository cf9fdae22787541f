// What the machine decided becomes rows, commands, events and notices, all in the caller's transaction.
import { appendActivity } from "../../activity/append";
import type { Transaction } from "../../db";
import type { Settings } from "../../settings/schema";
import { faultOfStop, repeatStop, sendStop, withdrawStops } from "../commands";
import { PUSH_SILENCE_MS } from "../reckon";
import type { ChannelRow } from "../rows";
import { channelName } from "../state";
import { step } from "./machine";
import { warningsFor } from "./shown";
import type { Effect, Scene, Timer, TimerInput } from "./timer";
import { readTimers, type TimerRow, timerOf, writeTimers } from "./timer-rows";
import { countedAs, eventOf } from "./words";

type AutoEndSettings = Pick<Settings, "auto_end_enabled" | "auto_end_timeout_seconds" | "auto_end_warnings">;

/**
 * What the machine looks at of a channel; its own settings stand over the global ones. Listeners of whom nothing was heard
 * for as long as a silent channel is believed, since we were away, are not known.
 */
export function sceneOf(channel: ChannelRow, settings: AutoEndSettings, now: Date): Scene {
  return {
    now: now.getTime(),
    status: channel.status,
    listeners: now.getTime() - channel.heardAt.getTime() > PUSH_SILENCE_MS ? null : channel.listeners,
    enabled: channel.autoEndEnabled ?? settings.auto_end_enabled,
    timeoutMs: 1_000 * (channel.autoEndTimeoutSeconds ?? settings.auto_end_timeout_seconds),
    warnings: warningsFor(channel, settings),
  };
}

/** A channel, locked, and what is asked of its timer. */
interface Case {
  channel: ChannelRow;
  input: TimerInput;
  /** Whoever wants it; null for the course of things. */
  actor?: { login: string; email: string | null };
}

/** What came of a case. */
interface Decided extends Case {
  effects: readonly Effect[];
}

interface Standing {
  timer: Timer | null;
  /** Of the stop that an ending timer waits for. */
  commandId: string | null;
}

/**
 * Steps the timers of channels whose rows the transaction has locked; several cases of one channel in their order.
 * @returns the channels whose timers are others now
 */
export async function stepTimers(
  transaction: Transaction,
  cases: readonly Case[],
  { settings, now }: { settings: AutoEndSettings; now: Date },
): Promise<Set<number>> {
  const rows = await readTimers(transaction, [...new Set(cases.map(({ channel }) => channel.id))]);
  const standings = new Map<number, Standing>();
  const decided: Decided[] = [];
  for (const one of cases) {
    const { channel, input } = one;
    const before = standings.get(channel.id) ?? standingOf(rows.get(channel.id));
    const { timer, effects } = step(before.timer, input, sceneOf(channel, settings, now));
    if (effects.length === 0 && JSON.stringify(timer) === JSON.stringify(before.timer)) continue;
    const commandId = await commandOf(transaction, { channel, commandId: before.commandId, effects, now });
    standings.set(channel.id, { timer, commandId });
    decided.push({ ...one, effects });
  }
  if (standings.size === 0) return new Set();
  await writeTimers(
    transaction,
    [...standings].map(([channel, standing]) => ({ channel, ...standing })),
  );
  for (const { channel, effects, actor } of decided)
    for (const effect of effects) await tell(transaction, { channel, effect, actor });
  await notice(transaction, decided);
  await count(transaction, decided);
  return new Set(standings.keys());
}

const standingOf = (row: TimerRow | undefined): Standing =>
  row ? { timer: timerOf(row), commandId: row.commandId } : { timer: null, commandId: null };

interface CommandCase {
  channel: ChannelRow;
  commandId: string | null;
  effects: readonly Effect[];
  now: Date;
}

/** Sends, repeats or takes back the stop. @returns the command that the timer waits for */
async function commandOf(
  transaction: Transaction,
  { channel, effects, now, ...before }: CommandCase,
): Promise<string | null> {
  let { commandId } = before;
  for (const effect of effects) {
    if (effect.effect === "withdrawn") {
      await withdrawStops(transaction, channel.id, now);
      commandId = null;
    }
    if (effect.effect === "ended") commandId = await sendStop(transaction, channel.id, effect.reason, now);
    if (effect.effect === "repeated")
      commandId = await repeatStop(transaction, { channel: channel.id, commandId, reason: effect.reason, now });
  }
  return commandId;
}

async function tell(
  transaction: Transaction,
  { channel, effect, actor }: { channel: ChannelRow; effect: Effect; actor: Case["actor"] },
): Promise<void> {
  const name = channelName(channel);
  const wanted = effect.effect === "armed" ? undefined : actor;
  const event = eventOf(effect, name, wanted?.login ?? null);
  if (!event) return;
  const target = { kind: "channel", id: channel.channelId, name };
  const fault = effect.effect === "unconfirmed" ? await faultOfStop(transaction, channel.id) : null;
  const details = { ...event.details, ...(fault !== null && { error: fault }) };
  await appendActivity(transaction, { ...event, details, ...(wanted && { actor: wanted }), target });
}

/** What open pages are told; the order of the rows is the order of their ids. */
async function notice(transaction: Transaction, decided: readonly Decided[]): Promise<void> {
  const notices = decided.flatMap(({ channel, effects }) =>
    effects.flatMap((effect) => {
      const told = noticeOf(effect, channel.channelId);
      return told ? [{ channel: channel.id, ...told }] : [];
    }),
  );
  if (notices.length > 0) await transaction.$executeRawUnsafe(NOTICE, JSON.stringify(notices));
}

function noticeOf(effect: Effect, channel_id: string): { type: string; data: object } | null {
  switch (effect.effect) {
    case "warned": {
      const deadline = new Date(effect.deadline).toISOString();
      const seconds_remaining = effect.secondsRemaining;
      const data = { channel_id, seconds_remaining, deadline, reason: "no_listeners", can_cancel: true };
      return { type: "auto_end_warning", data };
    }
    case "cancelled":
      return { type: "auto_end_cancelled", data: { channel_id, reason: effect.reason } };
    case "ended":
      return { type: "auto_end_triggered", data: { channel_id, reason: effect.reason } };
    default:
      return null;
  }
}

const NOTICE = `WITH made AS (
    INSERT INTO stream_notices (channel, type, data)
    SELECT (n.value->>'channel')::integer, n.value->>'type', n.value->'data'
    FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS n (value, at) ORDER BY n.at
    RETURNING id)
  SELECT pg_notify('dozor_stream_notice', id::text) FROM made ORDER BY id`;

async function count(transaction: Transaction, decided: readonly Decided[]): Promise<void> {
  const counts = decided.flatMap(({ channel, effects }) =>
    effects.flatMap((effect) => {
      const reason = countedAs(effect);
      return reason === null ? [] : [{ channel: channel.id, reason }];
    }),
  );
  if (counts.length > 0) await transaction.$executeRawUnsafe(COUNT, JSON.stringify(counts));
}

const COUNT = `INSERT INTO auto_end_counts (channel, reason, count)
  SELECT channel, reason, count(*) FROM jsonb_to_recordset($1::text::jsonb) AS r (channel integer, reason text)
  GROUP BY channel, reason ORDER BY channel, reason
  ON CONFLICT (channel, reason) DO UPDATE SET count = auto_end_counts.count + excluded.count`;
