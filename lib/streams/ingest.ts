// The one way in which channels change: events are applied under the locks of their rows, in one transaction with all that follows.
import { type ActivityEntry, appendActivities } from "../activity/append";
import { prisma, type Transaction } from "../db";
import { countQueueOperation } from "../process-metrics";
import { followChannels } from "./auto-end/follow";
import type { StreamEvent } from "./events-schema";
import { readRunning, writePlays } from "./plays";
import { type ChannelRow, lockChannelRows, readChannelRows, writeChannelRows } from "./rows";
import { channelName } from "./state";
import { ChannelWork } from "./work";

/** What was heard of a channel. */
export interface Reported {
  channelId: string;
  event: StreamEvent;
  /** The source that was polled; none for what was pushed. */
  sourceId?: number | null;
}

/** More than anybody runs; a stranger's loop must not fill the database with channels. */
const MOST_CHANNELS = 10_000;

/** Why a channel did not come into being. */
export const TOO_MANY_CHANNELS = `There are ${MOST_CHANNELS} channels already; delete some that are not used`;

/** Waiting for the rows' turn included. */
const TRANSACTION = { timeout: 30_000, maxWait: 10_000 };

/**
 * Applies events of any channels in order, each channel in its own order; creates unknown channels.
 * @param now the database's clock by default
 * @returns the channels as they are then, by channel id; those that would be too many are missing, and cost the others nothing
 */
export async function ingest(reports: readonly Reported[], now?: Date): Promise<Map<string, ChannelRow>> {
  const works = await prisma().$transaction((transaction) => ingestIn(transaction, reports, now), TRANSACTION);
  for (const [channelId, { events }] of works) {
    for (const { event } of events)
      if (event.event === "queue_operation") countQueueOperation(channelId, event.operation);
  }
  return new Map([...works].map(([channelId, { row }]) => [channelId, row]));
}

async function ingestIn(
  transaction: Transaction,
  reports: readonly Reported[],
  given?: Date,
): Promise<Map<string, ChannelWork>> {
  const { rows, made } = await rowsOf(transaction, reports);
  const now = given ?? (await clock(transaction));
  const works = await worksOf(transaction, rows, { made, now });
  const byChannel = new Map([...works.values()].map((work) => [work.row.channelId, work]));
  const heard = await heardBefore(transaction, reports, byChannel);
  for (const { channelId, event, sourceId } of reports) {
    const work = byChannel.get(channelId);
    if (!work) continue;
    const at = event.ts && event.ts < now ? event.ts : now;
    if (event.event_id === undefined) work.apply(event, { at, now });
    else if (heard.has(keyOf(work.row.id, event.event_id))) work.hear({ at: now, now });
    else {
      heard.add(keyOf(work.row.id, event.event_id));
      work.apply(event, { at, now });
    }
    if (sourceId !== undefined) work.own(sourceId);
  }
  await save(transaction, [...works.values()], now);
  return byChannel;
}

/** Marks those of the channels that are silent as not known any more, and reckons the others as far as they were heard. */
export async function advanceChannels(
  ids: readonly number[],
  isSilent: (row: ChannelRow, now: Date) => boolean,
  given?: Date,
): Promise<void> {
  await prisma().$transaction(async (transaction) => {
    const rows = await readChannelRows(transaction, ids);
    const now = given ?? (await clock(transaction));
    const works = await worksOf(transaction, rows, { made: new Set(), now });
    for (const work of works.values()) {
      // It may have been heard while its row's turn was waited for.
      if (isSilent(work.row, now)) work.silence(now);
      else work.pass(now);
    }
    await save(transaction, [...works.values()], now);
  }, TRANSACTION);
}

/** The one clock. */
export async function clock(transaction: Transaction): Promise<Date> {
  const [row] = await transaction.$queryRawUnsafe<{ now: Date }[]>("SELECT clock_timestamp()::timestamptz(3) AS now");
  if (!row) throw new Error("The database told no time");
  return row.now;
}

async function rowsOf(
  transaction: Transaction,
  reports: readonly Reported[],
): Promise<{ rows: ChannelRow[]; made: ReadonlySet<string> }> {
  const sources = new Map(reports.map(({ channelId, sourceId = null }) => [channelId, sourceId]));
  const known = await knownOf(transaction, [...sources.keys()]);
  const missing = [...sources].filter(([channelId]) => !known.has(channelId));
  // Before any row is locked: whoever waits for its turn to create must not keep one that another creator waits for.
  const made = missing.length > 0 ? await createChannels(transaction, missing) : new Set<string>();
  return { rows: await lockChannelRows(transaction, [...sources.keys()]), made };
}

async function knownOf(transaction: Transaction, channelIds: readonly string[]): Promise<Set<string>> {
  const rows = await transaction.$queryRawUnsafe<{ channelId: string }[]>(
    `SELECT channel_id AS "channelId" FROM channels WHERE channel_id = ANY($1::text[])`,
    channelIds,
  );
  return new Set(rows.map(({ channelId }) => channelId));
}

/** Creates channels that do not exist yet, as long as there is room; one transaction at a time. @returns those that it created itself */
async function createChannels(
  transaction: Transaction,
  wanted: readonly (readonly [channelId: string, sourceId: number | null])[],
): Promise<Set<string>> {
  await transaction.$executeRawUnsafe("SELECT pg_advisory_xact_lock(hashtext('dozor.channels'))");
  const made = await transaction.$queryRawUnsafe<{ channelId: string }[]>(
    CREATE,
    JSON.stringify(wanted.map(([channelId, sourceId]) => ({ channelId, sourceId }))),
    MOST_CHANNELS,
  );
  return new Set(made.map(({ channelId }) => channelId));
}

const CREATE = `WITH wanted AS (
    SELECT w.*, row_number() OVER () AS place
    FROM jsonb_to_recordset($1::text::jsonb) AS w ("channelId" text, "sourceId" integer)
    WHERE NOT EXISTS (SELECT FROM channels c WHERE c.channel_id = w."channelId")
    LIMIT greatest(0, $2::int - (SELECT count(*) FROM channels))
  ), made AS (INSERT INTO subject (kind) SELECT 'channel' FROM wanted RETURNING id),
  numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM made)
  INSERT INTO channels (id, channel_id, source_id)
  SELECT n.id, w."channelId", w."sourceId" FROM wanted w JOIN numbered n USING (place)
  RETURNING channel_id AS "channelId"`;

async function worksOf(
  transaction: Transaction,
  rows: readonly ChannelRow[],
  { made, now }: { made: ReadonlySet<string>; now: Date },
): Promise<Map<number, ChannelWork>> {
  const running = await readRunning(
    transaction,
    rows.map(({ id }) => id),
  );
  return new Map(
    rows.map((stored) => {
      const isNew = made.has(stored.channelId);
      const row = isNew ? { ...stored, heardAt: now, reckonedAt: now } : stored;
      return [row.id, new ChannelWork(row, { isNew, running: running.get(row.id) ?? null })];
    }),
  );
}

const keyOf = (channel: number, eventId: string): string => `${channel}:${eventId}`;

/** Which of the events that have an id were heard before. */
async function heardBefore(
  transaction: Transaction,
  reports: readonly Reported[],
  works: ReadonlyMap<string, ChannelWork>,
): Promise<Set<string>> {
  const asked = reports.flatMap(({ channelId, event: { event_id } }) => {
    const channel = works.get(channelId)?.row.id;
    return event_id === undefined || channel === undefined ? [] : [{ channel, event_id }];
  });
  if (asked.length === 0) return new Set();
  const rows = await transaction.$queryRawUnsafe<{ channel: number; event_id: string }[]>(
    `SELECT e.channel, e.event_id FROM jsonb_to_recordset($1::text::jsonb) AS a (channel integer, event_id text)
     JOIN stream_events e ON e.channel = a.channel AND e.event_id = a.event_id`,
    JSON.stringify(asked),
  );
  return new Set(rows.map(({ channel, event_id }) => keyOf(channel, event_id)));
}

/** Writes everything and tells it when the transaction commits. */
async function save(transaction: Transaction, works: readonly ChannelWork[], now: Date): Promise<void> {
  await writeChannelRows(
    transaction,
    works.map(({ row }) => row),
  );
  await writePlays(transaction, works);
  await writeEvents(transaction, works, now);
  const changes = works.flatMap((work) => work.changes);
  if (changes.length > 0) await followChannels(transaction, changes, now);
  await appendActivities(transaction, works.flatMap(notesOf));
  const updates = works.flatMap(({ row, updates }) => [...updates].map((update) => `${row.id}:${update}`));
  if (updates.length === 0) return;
  await transaction.$executeRawUnsafe(
    "SELECT pg_notify('dozor_stream', payload) FROM jsonb_array_elements_text($1::text::jsonb) AS payload",
    JSON.stringify(updates),
  );
}

function notesOf({ row, notes }: ChannelWork): ActivityEntry[] {
  const target = { kind: "channel", id: row.channelId, name: channelName(row) };
  return notes.map((note) => ({ ...note, target }));
}

async function writeEvents(transaction: Transaction, works: readonly ChannelWork[], now: Date): Promise<void> {
  const events = works.flatMap(({ row, events }) =>
    events.map(({ event: { event, ts: _, event_id, ...data }, at }) => ({
      channel: row.id,
      event,
      event_id,
      at,
      data,
    })),
  );
  if (events.length === 0) return;
  await transaction.$executeRawUnsafe(
    `INSERT INTO stream_events (channel, event_id, event, ts, received_at, data)
     SELECT channel, event_id, event, at, $2::timestamptz, data FROM jsonb_to_recordset($1::text::jsonb)
       AS r (channel integer, event_id text, event text, at timestamptz, data jsonb)`,
    JSON.stringify(events),
    now.toISOString(),
  );
}
