// What the feed of channels reads beside their state: their names, and the notices that were left for open pages.
import { pool } from "../db";
import { log } from "../log";
import { type Notice, noticeSchema } from "./messages";

export interface NoticeRow {
  id: string;
  notice: Notice;
}

/** Internal id → what its source calls it, of all channels. */
export async function readChannelNames(): Promise<Map<number, string>> {
  const { rows } = await pool().query<{ id: number; channel_id: string }>("SELECT id, channel_id FROM channels");
  return new Map(rows.map((row) => [row.id, row.channel_id]));
}

/** What its source calls it → internal id; channels that do not exist are left out. */
export async function channelIdsOf(channelIds: readonly string[]): Promise<Map<string, number>> {
  if (channelIds.length === 0) return new Map();
  const { rows } = await pool().query<{ id: number; channel_id: string }>(
    "SELECT id, channel_id FROM channels WHERE channel_id = ANY($1::text[])",
    [channelIds],
  );
  return new Map(rows.map((row) => [row.channel_id, row.id]));
}

/** Notices of the last minute. */
export async function newestNoticeIds(): Promise<string[]> {
  const { rows } = await pool().query<{ id: string }>(
    "SELECT id::text FROM stream_notices WHERE created_at > now() - interval '1 minute' ORDER BY stream_notices.id",
  );
  return rows.map(({ id }) => id);
}

/** Notices by their ids, in their order. */
export async function readNotices(ids: readonly string[]): Promise<NoticeRow[]> {
  const { rows } = await pool().query<{ id: string; type: string; data: unknown }>(
    "SELECT id::text, type, data FROM stream_notices WHERE id = ANY($1::bigint[]) ORDER BY stream_notices.id",
    [ids],
  );
  return rows.flatMap(({ id, type, data }) => {
    const parsed = noticeSchema.safeParse({ type, data });
    if (!parsed.success)
      log.error({ err: parsed.error, notice: id }, "a notice of a channel is not as its schema says");
    return parsed.success ? [{ id, notice: parsed.data }] : [];
  });
}
