// The push API's verb: what streamers report of their channels.
import { pool } from "../db";
import { AppError, type FieldError } from "../errors";
import { type Actor, requirePermission } from "../users/permissions";
import type { ReadEvent } from "./events-schema";
import { ingest, type Reported, TOO_MANY_CHANNELS } from "./ingest";
import { channelById, channelNotFound } from "./queries";
import type { Channel } from "./schema";

/** What became of a batch. */
export interface Accepted {
  /** Events that were taken, those known already among them. */
  accepted: number;
  /** What is wrong with the others, by their place in the batch. */
  errors: FieldError[];
}

/**
 * Takes what a streamer reports of one channel, in its order; what is wrong with one event costs the others nothing.
 * @param events as `readEvent` read them, 1 to 500
 * @throws AppError unauthenticated, forbidden; invalid where no event can be taken; conflict where the channel is polled, or one too many
 */
export async function reportEvents(
  actor: Actor | null,
  channelId: string,
  events: readonly ReadEvent[],
): Promise<Accepted & { state: Channel }> {
  requirePermission(actor, "streams:write");
  const { reports, errors } = sorted(events, channelId);
  if (reports.length === 0) throw refused({ accepted: 0, errors });
  if ((await polledAmong([channelId])).has(channelId)) throw polled(channelId);
  if (!(await ingest(reports)).has(channelId)) throw tooMany();
  const state = await channelById(actor, channelId);
  if (!state) throw channelNotFound();
  return { accepted: reports.length, errors, state };
}

/**
 * Takes what is reported of any channels in one transaction: events say of which.
 * @param events as `readEventOfChannel` read them, 1 to 500
 * @throws AppError unauthenticated, forbidden
 */
export async function reportEventsOfChannels(actor: Actor | null, events: readonly ReadEvent[]): Promise<Accepted> {
  requirePermission(actor, "streams:write");
  const { reports, errors } = sorted(events);
  const refusedIds = await polledAmong([...new Set(reports.map(({ channelId }) => channelId))]);
  const taken = reports.filter(({ channelId }) => !refusedIds.has(channelId));
  const known = taken.length > 0 ? await ingest(taken) : new Map();
  const others = reports.flatMap(({ channelId, place }) => {
    const path = `events.${place}.channel_id`;
    if (refusedIds.has(channelId)) return [{ path, message: POLLED, rule: "polled" }];
    return known.has(channelId) ? [] : [{ path, message: TOO_MANY_CHANNELS, rule: "too_many" }];
  });
  return { accepted: reports.length - others.length, errors: [...errors, ...others] };
}

/** The refusal of a batch of which something is wrong: it says what, and how much was taken. */
export function refused({ accepted, errors }: Accepted): AppError {
  const taken = accepted === 0 ? "None was taken" : `${accepted} ${accepted === 1 ? "was" : "were"} taken`;
  return new AppError("invalid", `Not all events are valid. ${taken}; send the others again when they are right.`, {
    fields: errors,
  });
}

const POLLED = "This channel is polled: its source tells what becomes of it";
const tooMany = () => new AppError("conflict", `${TOO_MANY_CHANNELS}.`);
const polled = (channelId: string) => new AppError("conflict", `${POLLED} (${channelId}).`);

type Placed = Reported & { place: number };

function sorted(events: readonly ReadEvent[], channelId?: string): { reports: Placed[]; errors: FieldError[] } {
  const reports: Placed[] = [];
  const errors: FieldError[] = [];
  for (const [place, read] of events.entries()) {
    if (read.ok) reports.push({ channelId: channelId ?? read.channelId ?? "", event: read.event, place });
    else errors.push(...read.fields.map((field) => ({ ...field, path: pathOf(place, field.path) })));
  }
  return { reports, errors };
}

const pathOf = (place: number, path: string): string => (path ? `events.${place}.${path}` : `events.${place}`);

/** Those of the channels that belong to a source of ours. */
async function polledAmong(channelIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool().query<{ channel_id: string }>(
    "SELECT channel_id FROM channels WHERE channel_id = ANY($1) AND source_id IS NOT NULL",
    [channelIds],
  );
  return new Set(rows.map(({ channel_id }) => channel_id));
}
