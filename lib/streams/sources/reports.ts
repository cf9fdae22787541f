// What a poll tells of channels: the difference between what Icecast lists and what is known. Pure.
import type { StreamEvent } from "../events-schema";
import type { Reported } from "../ingest";
import type { ChannelRow } from "../rows";
import type { Answered } from "./icecast";
import { channelIdOf, type SourceRow } from "./rows";
import type { Mount } from "./status";

/** What the poll before told of each mount, by its path; undefined before the first one. */
export type Seen = ReadonlyMap<string, Pick<Mount, "startedAt" | "peak">> | undefined;

export interface Polled {
  source: Pick<SourceRow, "id" | "name" | "intervalSeconds">;
  answer: Answered;
  /** The channels of this source. */
  channels: ReadonlyMap<string, ChannelRow>;
  seen: Seen;
  now: Date;
}

/** Each mount on air is heard of; a channel that a whole answer does not list has stopped. */
export function reportsOf({ answer, channels, seen, ...rest }: Polled): Reported[] {
  const { source, now } = rest;
  const onAir = new Map(answer.mounts.filter((mount) => mount.onAir).map((m) => [channelIdOf(source.name, m.path), m]));
  const heard = [...onAir].flatMap(([channelId, mount]) => {
    const channel = channels.get(channelId) ?? null;
    const of = { mount, channel, before: seen?.get(mount.path), isFirst: seen === undefined, date: answer.date };
    return eventsOf({ ...of, ...rest }).map((event): Reported => ({ channelId, event, sourceId: source.id }));
  });
  const gone = [...channels.values()].filter(
    ({ channelId, sourceId, knownStatus }) =>
      sourceId === source.id && knownStatus !== "stopped" && answer.complete && !onAir.has(channelId),
  );
  const stopped: StreamEvent = { event: "stopped", reason: "the source left", ts: now };
  return [...heard, ...gone.map(({ channelId }): Reported => ({ channelId, event: stopped, sourceId: source.id }))];
}

interface OneMount {
  source: Polled["source"];
  now: Date;
  mount: Mount;
  channel: ChannelRow | null;
  before: Pick<Mount, "startedAt" | "peak"> | undefined;
  isFirst: boolean;
  date: Date | null;
}

/** A mount whose listeners are not told is not heard of: it falls silent rather than keep an old count. */
function eventsOf(of: OneMount): StreamEvent[] {
  const { listeners } = of.mount;
  if (listeners === null) return [];
  const start = startEvents(of);
  // A start makes everything new that the end before it took away.
  const known = start.length > 0 ? null : of.channel;
  const format = formatEvents(of, of.channel);
  const events = [...start, ...format, ...trackEvents(of, known), ...listenerEvents(of, known, listeners)];
  return events.length > 0 ? events : [{ event: "heartbeat", ts: of.now }];
}

function startEvents(of: OneMount): StreamEvent[] {
  const { channel } = of;
  const isRunning = channel !== null && channel.knownStatus !== "stopped";
  if (isRunning && !isAnotherStart(of, channel)) return [];
  const earliest = Math.max(channel?.newest.status ?? 0, isRunning ? (channel?.newest.listeners ?? 0) : 0) + 2;
  const ts = new Date(Math.min(of.now.getTime(), Math.max(earliest, startOf(of).getTime())));
  const started: StreamEvent = { event: "started", ts };
  if (!isRunning) return [started];
  return [{ event: "stopped", reason: "the source connected anew", ts: new Date(ts.getTime() - 1) }, started];
}

/** By our clock. Icecast's may be another: only how long ago it was is taken from there. */
function startOf({ mount, now, date }: OneMount): Date {
  if (!mount.startedAt || !date) return now;
  return new Date(now.getTime() - Math.max(0, date.getTime() - mount.startedAt.getTime()));
}

/** Icecast tells whole seconds, and what it told was late by up to a poll. */
const TOLERANCE_MS = 10_000;

function isAnotherStart(of: OneMount, { startedAt }: ChannelRow): boolean {
  const { mount, before, source } = of;
  if (mount.startedAt === null) return false;
  if (before) return before.startedAt !== null && before.startedAt.getTime() !== mount.startedAt.getTime();
  if (startedAt === null) return false;
  return startOf(of).getTime() - startedAt.getTime() > source.intervalSeconds * 1_000 + TOLERANCE_MS;
}

function formatEvents({ mount, now }: OneMount, channel: ChannelRow | null): StreamEvent[] {
  const { bitrateKbps: bitrate_kbps, codec } = mount;
  if (bitrate_kbps === (channel?.bitrateKbps ?? null) && codec === (channel?.codec ?? null)) return [];
  return [{ event: "format", bitrate_kbps, codec, ts: now }];
}

function trackEvents({ mount, now }: OneMount, channel: ChannelRow | null): StreamEvent[] {
  if (mount.title === null || mount.title === channel?.track?.title) return [];
  return [{ event: "track_changed", track: { title: mount.title }, ts: now }];
}

/** Those who came and went between two polls are in Icecast's peak: it is told as a count before the count. */
function listenerEvents(
  { mount: { peak }, before, isFirst, now }: OneMount,
  channel: ChannelRow | null,
  count: number,
): StreamEvent[] {
  const known = channel?.listeners ?? null;
  const told = channel === null ? (isFirst ? peak : 0) : (before?.peak ?? peak);
  const hasRisen = peak !== null && told !== null && peak > told && peak > Math.max(count, known ?? 0);
  const event: StreamEvent = { event: "listeners", count, ...(peak !== null && { peak }), ts: now };
  if (hasRisen) return [{ event: "listeners", count: peak, ts: now }, event];
  return known === count ? [] : [event];
}
