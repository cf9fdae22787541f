// What people do with the timers of channels.
import { appendAudit } from "../../audit/append";
import { prisma, type Transaction } from "../../db";
import { AppError } from "../../errors";
import { settingsWithin } from "../../settings/queries";
import { type Actor, requirePermission } from "../../users/permissions";
import { clock } from "../ingest";
import { channelNotFound } from "../queries";
import { type ChannelRow, lockChannelRows } from "../rows";
import type { AutoEnd } from "../schema";
import { channelName } from "../state";
import { sceneOf, stepTimers } from "./carry-out";
import { refusalOf } from "./machine";
import { shownTimer } from "./shown";
import type { TimerInput } from "./timer";
import { readTimers, timerOf } from "./timer-rows";
import { tellChanged } from "./turn";

/**
 * Cancels the countdown; it begins again only after a listener has come and gone, or when the channel starts anew.
 * A stop that was sent and not acknowledged is taken back.
 * @throws AppError unauthenticated, forbidden, not_found, conflict (nothing counts down)
 */
export async function cancelAutoEnd(actor: Actor | null, channelId: string): Promise<AutoEnd> {
  requirePermission(actor, "streams:write");
  return change(actor, channelId, { input: { do: "cancel" }, auditAs: "auto_end_cancelled" });
}

/**
 * Puts the end off; warnings come again.
 * @param minutes 1 to 60
 * @throws AppError unauthenticated, forbidden, not_found, conflict (nothing counts down)
 */
export async function extendAutoEnd(actor: Actor | null, channelId: string, minutes: number): Promise<AutoEnd> {
  requirePermission(actor, "streams:write");
  return change(actor, channelId, { input: { do: "extend", minutes }, auditAs: "auto_end_extended" });
}

/**
 * Lets nothing count until it is resumed or the channel stops; what was left is kept.
 * @throws AppError unauthenticated, forbidden, not_found, conflict (stopped, or being stopped)
 */
export async function pauseAutoEnd(actor: Actor | null, channelId: string): Promise<AutoEnd> {
  requirePermission(actor, "streams:write");
  return change(actor, channelId, { input: { do: "pause" }, auditAs: "auto_end_paused" });
}

/** @throws AppError unauthenticated, forbidden, not_found, conflict (not paused) */
export async function resumeAutoEnd(actor: Actor | null, channelId: string): Promise<AutoEnd> {
  requirePermission(actor, "streams:write");
  return change(actor, channelId, { input: { do: "resume" }, auditAs: "auto_end_resumed" });
}

/**
 * Tells the channel to stop, whoever listens.
 * @throws AppError unauthenticated, forbidden, not_found, conflict (stopped, or being stopped)
 */
export async function endNow(
  actor: Actor | null,
  channelId: string,
  { reason = "ended_now" }: { reason?: string | undefined } = {},
): Promise<AutoEnd> {
  requirePermission(actor, "streams:write");
  return change(actor, channelId, { input: { do: "end", reason }, auditAs: "stream_stopped" });
}

async function change(
  actor: Actor,
  channelId: string,
  { input, auditAs }: { input: TimerInput; auditAs: string },
): Promise<AutoEnd> {
  if (channelId.includes("\0")) throw channelNotFound();
  return prisma().$transaction(async (transaction) => {
    const [channel] = await lockChannelRows(transaction, [channelId]);
    if (!channel) throw channelNotFound();
    const now = await clock(transaction);
    const settings = await settingsWithin(transaction);
    const [row = null] = (await readTimers(transaction, [channel.id])).values();
    const refusal = refusalOf(row && timerOf(row), input.do, sceneOf(channel, settings, now));
    if (refusal !== null) throw new AppError("conflict", refusal);
    if (input.do === "cancel" && row?.commandId) await requireUnheard(transaction, row.commandId);
    const who = { login: actor.login, email: actor.email };
    await stepTimers(transaction, [{ channel, input, actor: who }], { settings, now });
    await tellChanged(transaction, [channel.id]);
    await audit(transaction, actor, { channel, input, auditAs });
    const [after = null] = (await readTimers(transaction, [channel.id])).values();
    return shownTimer(after, settings, channel, now);
  });
}

async function audit(
  transaction: Transaction,
  actor: Actor,
  { channel, input, auditAs }: { channel: ChannelRow; input: TimerInput; auditAs: string },
): Promise<void> {
  const { do: _, ...details } = input;
  const target = { kind: "channel", id: channel.channelId, name: channelName(channel) };
  await appendAudit(transaction, actor, { eventType: auditAs, target, details });
}

/** @throws AppError conflict */
async function requireUnheard(transaction: Transaction, commandId: string): Promise<void> {
  const [row] = await transaction.$queryRawUnsafe<{ heard: boolean }[]>(
    "SELECT acknowledged_at IS NOT NULL AS heard FROM stream_commands WHERE id = $1::bigint FOR UPDATE",
    commandId,
  );
  if (row?.heard) throw new AppError("conflict", "The streamer has taken the stop already.");
}
