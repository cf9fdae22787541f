// What a client's message does. Each topic is allowed or refused on its own.
import { log } from "../log";
import { can, type Permission } from "../users/permissions";
import { type ActivityFeed, activityRoom } from "./activity-feed";
import type { Connection } from "./connection";
import type { Hub } from "./hub";
import { subjectsOf } from "./latest";
import type { ClientMessage } from "./messages";
import type { MetricsFeed } from "./metrics-feed";
import type { SampleFeed } from "./sample-feed";
import type { StatsFeed } from "./stats-feed";
import { STREAMS_TOPIC, type StreamFeed } from "./stream-feed";
import { channelIdsOf } from "./stream-rows";

/** What a connection can be joined to. */
export interface Rooms {
  hub: Hub;
  activity: ActivityFeed;
  metrics: MetricsFeed;
  samples: SampleFeed;
  stats: StatsFeed;
  streams: StreamFeed;
}

/** Topics that one connection may follow. */
const MOST_TOPICS = 100;
/** Topics of which nothing has to be looked up. */
const SIMPLE_TOPICS: ReadonlySet<string> = new Set(["stats", "alerts", STREAMS_TOPIC]);
/** What of a topic's name stands before that of one server or channel. */
type Kind = "server" | "stream";

/** Does what the message asks; never throws. */
export function handleMessage(rooms: Rooms, from: Connection, message: ClientMessage): Promise<void> {
  return answered(from, async () => {
    if (message.type === "ping") from.answer("pong", {});
    else if (message.type === "snapshot") await sendSnapshot(rooms, from);
    else if (message.type === "subscribe") await subscribe(rooms, from, message.topics);
    else unsubscribe(rooms, from, message.topics);
  });
}

/** Tells a client again what it was too slow for, where the newest messages of a topic are not its whole state; never throws. */
export function bringUpToDate(rooms: Rooms, from: Connection, topics: readonly string[]): Promise<void> {
  return answered(from, async () => {
    const channels = namesOf("stream", topics);
    if (channels.length > 0) await rooms.streams.follow(await channelIdsOf(channels));
    if (topics.some((topic) => topic === "snapshot" || topic === STREAMS_TOPIC)) await sendSnapshot(rooms, from);
  });
}

async function answered(from: Connection, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ err: error }, "a live message could not be answered");
    from.answer("error", { code: "unavailable", message: "The database does not answer now; try again in a moment" });
  }
}

/** What became of channels since the snapshot was begun follows it: it is shared, and may be older than what was told. */
async function sendSnapshot({ stats, streams }: Rooms, from: Connection): Promise<void> {
  const { at, frame } = await stats.snapshot();
  from.deliver("snapshot", frame);
  if (from.topics.has(STREAMS_TOPIC)) for (const told of streams.since(at)) from.deliver(STREAMS_TOPIC, told);
}

async function subscribe(rooms: Rooms, from: Connection, topics: readonly string[]): Promise<void> {
  const wanted = new Set(topics.filter((topic) => mayFollow(from, topic)));
  const wantsStreams = wanted.has(STREAMS_TOPIC) && !from.topics.has(STREAMS_TOPIC);
  from.lookingUp.add(wanted);
  try {
    // Before anything is waited for: an `unsubscribe` right behind must find it joined.
    for (const topic of wanted) if (SIMPLE_TOPICS.has(topic)) join(rooms, from, topic);
    if (wanted.has("activity")) await followActivity(rooms, from);
    await followServers(rooms, from, wanted);
    await followChannels(rooms, from, wanted);
  } finally {
    from.lookingUp.delete(wanted);
  }
  if (wantsStreams) await sendSnapshot(rooms, from);
}

async function followServers(rooms: Rooms, from: Connection, wanted: ReadonlySet<string>): Promise<void> {
  const servers = await subjectsOf(namesOf("server", wanted));
  const begun = new Map<string, number>();
  for (const name of namesOf("server", wanted)) {
    const subject = servers.get(name);
    if (subject === undefined) notFound(from, "server", name);
    else if (join(rooms, from, `server:${name}`).first) begun.set(name, subject);
  }
  if (begun.size > 0) await rooms.samples.follow(begun);
}

/** A channel's state is told to all who follow it whenever one more does: a play's position grows old. */
async function followChannels(rooms: Rooms, from: Connection, wanted: ReadonlySet<string>): Promise<void> {
  const channels = await channelIdsOf(namesOf("stream", wanted));
  const joined = new Map<string, number>();
  for (const name of namesOf("stream", wanted)) {
    const id = channels.get(name);
    if (id === undefined) notFound(from, "stream", name);
    else if (join(rooms, from, `stream:${name}`).joined) joined.set(name, id);
  }
  if (joined.size > 0) await rooms.streams.follow(joined);
}

function notFound(from: Connection, kind: Kind, name: string): void {
  from.answer("error", { code: "not_found", message: `There is no ${kind} ${name}` });
}

/** Its newest state is sent at once, or as soon as it is known. */
async function followActivity(rooms: Rooms, from: Connection): Promise<void> {
  const room = activityRoom(from.actor);
  join(rooms, from, room);
  if (from.topics.has(room) && !rooms.hub.newest(room)) await rooms.activity.follow(room);
}

/** What a client calls by one name can be several topics here, by what they show. */
const roomOf = (from: Connection, topic: string): string => (topic === "activity" ? activityRoom(from.actor) : topic);

const namesOf = (kind: Kind, topics: Iterable<string>): string[] =>
  [...topics].filter((topic) => topic.startsWith(`${kind}:`)).map((topic) => topic.slice(kind.length + 1));

const NEEDED: Readonly<Record<string, Permission>> = {
  streams: "streams:read",
  stream: "streams:read",
  activity: "activity:read",
  alerts: "alerts:read",
};

function mayFollow(from: Connection, topic: string): boolean {
  const [kind = ""] = topic.split(":", 1);
  const allowed = can(from.actor, NEEDED[kind] ?? "servers:read");
  if (!allowed) from.answer("error", { code: "forbidden", message: `Your role does not allow ${topic}` });
  return allowed;
}

/** @returns whether it follows the topic now, and whether nobody did before, so that its values have to be fetched */
function join({ hub }: Rooms, from: Connection, topic: string): { joined: boolean; first: boolean } {
  if (!from.isOpen) return { joined: false, first: false };
  if (from.topics.size >= MOST_TOPICS && !from.topics.has(topic)) {
    from.answer("error", { code: "too_many_topics", message: `At most ${MOST_TOPICS} topics at once` });
    return { joined: false, first: false };
  }
  const newest = hub.newest(topic);
  const first = !hub.isFollowed(topic);
  from.topics.add(topic);
  hub.subscribe(topic, from);
  if (newest) from.deliver(topic, newest);
  return { joined: true, first };
}

function unsubscribe({ hub }: Rooms, from: Connection, topics: readonly string[]): void {
  for (const wanted of from.lookingUp) for (const topic of topics) wanted.delete(topic);
  for (const topic of topics.map((one) => roomOf(from, one))) {
    from.topics.delete(topic);
    hub.unsubscribe(topic, from);
  }
}
