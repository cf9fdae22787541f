// Polls the Icecast servers that are due. Only the instance that holds the lease of streams does so.
import { performance } from "node:perf_hooks";
import { pool, prisma } from "../../db";
import { log } from "../../log";
import { ProbeError } from "../../probe";
import { Turns } from "../../turns";
import { ingest, TOO_MANY_CHANNELS } from "../ingest";
import { CHANNEL_COLUMNS, type ChannelRow } from "../rows";
import { killChannel, readStatus } from "./icecast";
import { type Polled, reportsOf, type Seen } from "./reports";
import { channelIdOf, readSource, SOURCE_COLUMNS, type SourceRow } from "./rows";

const MOST_AT_ONCE = 16;
const MOST_REPORTS = 500;
/** Timers are not exact: who is due that soon is due. */
const EARLY_SECONDS = 0.05;
const LONGEST_WAIT_MS = 1_000;

const turns = new Turns(MOST_AT_ONCE);
/** Sources whose poll is under way. */
const running = new Set<number>();
/** By source. */
const seen = new Map<number, { url: string; mounts: Seen; atMs: number }>();

/**
 * Begins the polls that are due, each source once at a time; they go on by themselves, so that a slow server delays nobody.
 * @returns milliseconds until the next is due, at most 1000
 */
export async function pollDueSources(now?: Date): Promise<number> {
  const at = now ?? null;
  const { rows: due } = await pool().query<SourceRow>(
    `UPDATE stream_sources s SET polled_at = coalesce($1, now()) WHERE ${DUE} RETURNING ${SOURCE_COLUMNS}`,
    [at, [...running]],
  );
  for (const source of due) void begin(source, now);
  const { rows } = await pool().query<{ wait_ms: number | null }>(
    `SELECT min(1000 * extract(epoch FROM polled_at - coalesce($1, now())) + 1000 * interval_seconds)::float8 AS wait_ms
     FROM stream_sources WHERE enabled AND id <> ALL ($2::int[])`,
    [at, [...running]],
  );
  return Math.max(0, Math.min(rows[0]?.wait_ms ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS));
}

/** A time to come is one of a clock that was set back. */
const DUE = `s.enabled AND s.id <> ALL ($2::int[])
  AND (s.polled_at IS NULL OR s.polled_at > coalesce($1, now()) + interval '2 minutes'
    OR s.polled_at + make_interval(secs => s.interval_seconds - ${EARLY_SECONDS}) <= coalesce($1, now()))`;

async function begin(source: SourceRow, now?: Date): Promise<void> {
  running.add(source.id);
  try {
    await turns.run(() => pollSource(source, now));
  } catch (error) {
    log.warn({ source: "streams", stream_source: source.name, err: error }, "what a poll told could not be stored");
  } finally {
    running.delete(source.id);
  }
}

/**
 * Asks a source what is on air, and tells its channels. That it does not answer is noted at the source; its channels fall
 * silent by themselves.
 * @throws what the database throws
 */
export async function pollSource(source: SourceRow, given?: Date): Promise<void> {
  const answer = await readStatus(source.url).catch((error: unknown) => {
    if (error instanceof ProbeError) return error;
    throw error;
  });
  if (answer instanceof ProbeError) return noteFailure(source, answer);
  const ids = answer.mounts.map(({ path }) => channelIdOf(source.name, path));
  const { rows } = await pool().query<ChannelRow>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.source_id = $1 OR c.channel_id = ANY($2)`,
    [source.id, ids],
  );
  const now = await timeOf(source, given);
  // Somebody changed it meanwhile: the next poll knows.
  if (!now) return;
  const channels = new Map(rows.map((row) => [row.channelId, row]));
  const reports = reportsOf({ source, answer, channels, seen: seenOf(source), now });
  let tooMany = false;
  for (let from = 0; from < reports.length; from += MOST_REPORTS) {
    const told = reports.slice(from, from + MOST_REPORTS);
    const known = await ingest(told, now);
    tooMany ||= told.some(({ channelId }) => !known.has(channelId));
  }
  remember(source, answer);
  if (tooMany) return noteFailure(source, { code: null, message: `${TOO_MANY_CHANNELS}.` });
  await pool().query(
    "UPDATE stream_sources SET answered_at = $3, failures = 0, error = NULL, error_code = NULL WHERE id = $1 AND url = $2",
    [source.id, source.url, now],
  );
}

/** The database's time; null where the source is not any more as it was asked. */
async function timeOf({ id, name, url }: SourceRow, given?: Date): Promise<Date | null> {
  const { rows } = await pool().query<{ now: Date }>(
    "SELECT now() FROM stream_sources WHERE id = $1 AND name = $2 AND url = $3 AND enabled",
    [id, name, url],
  );
  return rows[0] ? (given ?? rows[0].now) : null;
}

async function noteFailure({ id, url }: SourceRow, why: { code: string | null; message: string }): Promise<void> {
  await pool().query(
    `UPDATE stream_sources SET failures = least(failures + 1, 1000000), error = $3, error_code = $4
     WHERE id = $1 AND url = $2`,
    [id, url, why.message, why.code],
  );
}

/** Polls that are missing on top of that make memory old: another instance may have told what happened since. */
const FORGOTTEN_MS = 10_000;

function seenOf({ id, url, intervalSeconds }: SourceRow): Seen {
  const known = seen.get(id);
  const isFresh = known && performance.now() - known.atMs < 3_000 * intervalSeconds + FORGOTTEN_MS;
  return isFresh && known.url === url ? known.mounts : undefined;
}

function remember({ id, url }: SourceRow, { mounts, complete }: Polled["answer"]): void {
  if (!complete) return;
  seen.set(id, { url, mounts: new Map(mounts.map((mount) => [mount.path, mount])), atMs: performance.now() });
}

/** Why a channel may be ended: for this one somebody who listens is a reason not to. */
const NOBODY_LISTENS = "no_listeners";

interface Stop extends Pick<ChannelRow, "channelId" | "sourceId"> {
  reason: string;
}

/**
 * Ends a channel that came from a source, and has that source polled at once. One that is ended because nobody listens is
 * spared if somebody does by now.
 * @throws ProbeError where Icecast does not answer or refuses, where it was spared, and where the source is gone
 */
export async function stopThroughSource({ channelId, sourceId, reason }: Stop): Promise<void> {
  const source = sourceId === null ? null : await readSource(prisma(), sourceId);
  if (!source) throw new ProbeError("unreachable", "The source of this channel was removed.");
  try {
    await killChannel(source, channelId, { unlessHeard: reason === NOBODY_LISTENS });
  } finally {
    await pool().query(
      "WITH due AS (UPDATE stream_sources SET polled_at = NULL WHERE id = $1) SELECT pg_notify('dozor_stream_due', '')",
      [source.id],
    );
  }
}
