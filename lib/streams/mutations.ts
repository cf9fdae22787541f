// What people change of channels; what sources report goes through ingest.ts.
import { appendAudit } from "../audit/append";
import { type Prisma, prisma, type Transaction } from "../db";
import { encrypt } from "../secrets";
import { type Actor, requirePermission } from "../users/permissions";
import { followChannels } from "./auto-end/follow";
import type { ChannelChanges, ChannelDetail } from "./channel-schema";
import { clock } from "./ingest";
import { channelDetail, channelNotFound } from "./queries";
import { type ChannelRow, lockChannelRows } from "./rows";
import { channelName } from "./state";

/** The columns that people change. */
type Edited = { autoEndWarnings: number[] } & Pick<
  ChannelRow,
  "name" | "autoEndEnabled" | "autoEndTimeoutSeconds" | "webhookUrl" | "webhookSecret"
>;

/**
 * Changes any part of a channel; what is left out stays.
 * @throws AppError unauthenticated, forbidden, not_found
 */
export async function updateChannel(
  actor: Actor | null,
  channelId: string,
  changes: ChannelChanges,
): Promise<ChannelDetail> {
  requirePermission(actor, "streams:write");
  await prisma().$transaction(async (transaction) => {
    const before = await lockChannel(transaction, channelId);
    const edited = edit(before, changes);
    const details = detailsOf(before, edited);
    if (Object.keys(details).length === 0) return;
    await transaction.channel.update({ where: { id: before.id }, data: { ...edited, updatedAt: new Date() } });
    const after = { ...before, ...edited };
    await followChannels(transaction, [{ before, after, restarted: false }], await clock(transaction));
    await notify(transaction, before.id, "changed");
    // The loop looks again when the next timer is due.
    await transaction.$executeRaw`SELECT pg_notify('dozor_stream_due', '')`;
    await appendAudit(transaction, actor, { eventType: "stream_updated", target: targetOf(before), details });
  });
  const channel = await channelDetail(actor, channelId);
  if (!channel) throw channelNotFound();
  return channel;
}

/**
 * Removes a channel with its plays and events; its series are removed in the background. One that is still reported comes
 * into being anew.
 * @throws AppError unauthenticated, forbidden, not_found
 */
export async function deleteChannel(actor: Actor | null, channelId: string): Promise<void> {
  requirePermission(actor, "streams:write");
  await prisma().$transaction(async (transaction) => {
    const channel = await lockChannel(transaction, channelId);
    await transaction.channel.delete({ where: { id: channel.id } });
    await transaction.$executeRaw`UPDATE subject SET deleted_at = now() WHERE id = ${channel.id}`;
    await notify(transaction, channel.id, "removed");
    await appendAudit(transaction, actor, { eventType: "stream_deleted", target: targetOf(channel) });
  });
}

/** @throws AppError not_found */
async function lockChannel(transaction: Transaction, channelId: string): Promise<ChannelRow> {
  const [channel] = channelId.includes("\0") ? [] : await lockChannelRows(transaction, [channelId]);
  if (!channel) throw channelNotFound();
  return channel;
}

const notify = (transaction: Transaction, id: number, update: "changed" | "removed") =>
  transaction.$executeRaw`SELECT pg_notify('dozor_stream', ${`${id}:${update}`}::text)`;

const targetOf = (channel: ChannelRow) => ({ kind: "channel", id: channel.channelId, name: channelName(channel) });

/** What was sent, be it null. */
const given = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

function edit(before: ChannelRow, { name, auto_end, webhook }: ChannelChanges): Edited {
  const own = {
    enabled: before.autoEndEnabled,
    timeout_seconds: before.autoEndTimeoutSeconds,
    warnings: [...before.autoEndWarnings],
  };
  const { enabled, timeout_seconds, warnings } = { ...own, ...given(auto_end ?? {}) };
  return {
    name: name === undefined ? before.name : name,
    autoEndEnabled: enabled,
    autoEndTimeoutSeconds: timeout_seconds,
    autoEndWarnings: [...(warnings ?? [])],
    webhookUrl: webhook === undefined ? before.webhookUrl : (webhook?.url ?? null),
    webhookSecret: webhook === undefined ? before.webhookSecret : webhook && secretOf(before, webhook),
  };
}

function secretOf(before: ChannelRow, { url, secret }: NonNullable<ChannelChanges["webhook"]>): string | null {
  if (typeof secret === "string") return encrypt(secret, `channels:webhook_secret:${before.id}`);
  const isSameHost = before.webhookUrl !== null && new URL(before.webhookUrl).origin === new URL(url).origin;
  return secret === undefined && isSameHost ? before.webhookSecret : null;
}

/** What is changed, old and new; of the secret only that it is. The address of a webhook may hold a token in its path. */
function detailsOf(before: ChannelRow, after: Edited): Prisma.InputJsonObject {
  const open = (["name", "autoEndEnabled", "autoEndTimeoutSeconds", "autoEndWarnings"] as const).filter(
    (column) => String(before[column]) !== String(after[column]),
  );
  const hidden = (["webhookUrl", "webhookSecret"] as const).filter((column) => before[column] !== after[column]);
  const words = {
    ...{ name: "name", autoEndEnabled: "auto_end_enabled" },
    ...{ autoEndTimeoutSeconds: "auto_end_timeout_seconds", autoEndWarnings: "auto_end_warnings" },
  };
  const names = { webhookUrl: "webhook_url", webhookSecret: "webhook_secret" };
  return {
    ...Object.fromEntries(open.map((column) => [words[column], { old: before[column], new: after[column] }])),
    ...Object.fromEntries(hidden.map((column) => [names[column], after[column] === null ? "removed" : "changed"])),
  };
}
