// Channels are called after their source: they take its new name.
import type { Transaction } from "../../db";
import { AppError } from "../../errors";
import { channelIdOf } from "./rows";

interface Renamed {
  /** The source. */
  id: number;
  from: string;
  to: string;
}

/**
 * Nobody else changes the channels of a source until the transaction ends. To be taken before the lock of the source itself,
 * as reports take them.
 */
export async function lockChannels(transaction: Transaction, source: number): Promise<void> {
  await transaction.$queryRaw`SELECT id FROM channels WHERE source_id = ${source} ORDER BY id FOR UPDATE`;
}

/** Channels are locked by `lockChannels`. @throws AppError conflict where another channel has such an id already */
export async function renameChannels(transaction: Transaction, { id, from, to }: Renamed): Promise<void> {
  const rows = await transaction.$queryRaw<{ id: number; channel_id: string }[]>`
    SELECT id, channel_id FROM channels WHERE source_id = ${id} ORDER BY id`;
  const renamed = rows
    .filter(({ channel_id }) => channel_id.startsWith(`${from}:`))
    .map((row) => ({ id: row.id, channel_id: channelIdOf(to, row.channel_id.slice(from.length + 1)) }));
  const taken = await transaction.$queryRaw<{ channel_id: string }[]>`
    SELECT channel_id FROM channels WHERE channel_id = ANY(${renamed.map(({ channel_id }) => channel_id)}) LIMIT 1`;
  if (taken[0]) {
    const message = `There is a channel ${taken[0].channel_id} already: take another name.`;
    throw new AppError("conflict", message, { fields: [{ path: "name", message, rule: "channel_taken" }] });
  }
  await transaction.$executeRaw`
    WITH renamed AS (
      UPDATE channels c SET channel_id = r.channel_id, updated_at = now()
      FROM jsonb_to_recordset(${JSON.stringify(renamed)}::text::jsonb) AS r (id integer, channel_id text)
      WHERE c.id = r.id RETURNING c.id)
    SELECT pg_notify('dozor_stream', id || ':changed') FROM renamed`;
}
