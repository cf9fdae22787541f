// What a client's message does. Each topic is allowed or refused on its own.
import { log } from "../log";
import { can, type Permission } from "../users/permissions";
import { type ActivityFeed, activityRoom } from "./activity-feed";
import type { Connection } from "./connection";
import type { Hub } from "./hub";
import { subjectsOf } from "./latest";
import type { ClientMessage } from "./messages";
import type { SampleFeed } from "./sample-feed";
import type { StatsFeed } from "./stats-feed";

/** What a connection can be joined to. */
export interface Rooms {
  hub: Hub;
  activity: ActivityFeed;
  samples: SampleFeed;
  stats: StatsFeed;
}

/** Topics that one connection may follow. */
const MOST_TOPICS = 100;
const SERVER_TOPIC = /^server:(.+)$/;

/** Does what the message asks; never throws. */
export async function handleMessage(rooms: Rooms, from: Connection, message: ClientMessage): Promise<void> {
  try {
    if (message.type === "ping") from.answer("pong", {});
    else if (message.type === "snapshot") from.deliver("snapshot", await rooms.stats.snapshot());
    else if (message.type === "subscribe") await subscribe(rooms, from, message.topics);
    else unsubscribe(rooms, from, message.topics);
  } catch (error) {
    log.warn({ err: error }, "a live message could not be answered");
    from.answer("error", { code: "unavailable", message: "The database does not answer now; try again in a moment" });
  }
}

async function subscribe(rooms: Rooms, from: Connection, topics: readonly string[]): Promise<void> {
  const allowed = topics.filter((topic) => mayFollow(from, topic));
  // Before anything is waited for: an `unsubscribe` right behind must find it joined.
  if (allowed.includes("activity")) await followActivity(rooms, from);
  const servers = await subjectsOf(allowed.flatMap((topic) => SERVER_TOPIC.exec(topic)?.[1] ?? []));
  const begun = new Map<string, number>();
  for (const topic of allowed.filter((one) => one !== "activity")) {
    const name = SERVER_TOPIC.exec(topic)?.[1];
    const subject = name === undefined ? undefined : servers.get(name);
    if (name !== undefined && subject === undefined) {
      from.answer("error", { code: "not_found", message: `There is no server ${name}` });
    } else if (join(rooms, from, topic) && name !== undefined && subject !== undefined) begun.set(name, subject);
  }
  if (begun.size > 0) await rooms.samples.follow(begun);
}

/** Its newest state is sent at once, or as soon as it is known. */
async function followActivity(rooms: Rooms, from: Connection): Promise<void> {
  const room = activityRoom(from.actor);
  join(rooms, from, room);
  if (from.topics.has(room) && !rooms.hub.newest(room)) await rooms.activity.follow(room);
}

/** What a client calls by one name can be several topics here, by what they show. */
const roomOf = (from: Connection, topic: string): string => (topic === "activity" ? activityRoom(from.actor) : topic);

const NEEDED: Readonly<Record<string, Permission>> = { streams: "streams:read", activity: "activity:read" };

function mayFollow(from: Connection, topic: string): boolean {
  const allowed = can(from.actor, NEEDED[topic] ?? "servers:read");
  if (!allowed) from.answer("error", { code: "forbidden", message: `Your role does not allow ${topic}` });
  return allowed;
}

/** @returns whether the topic had no subscriber before, so that its values have to be fetched */
function join({ hub }: Rooms, from: Connection, topic: string): boolean {
  if (!from.isOpen) return false;
  if (from.topics.size >= MOST_TOPICS && !from.topics.has(topic)) {
    from.answer("error", { code: "too_many_topics", message: `At most ${MOST_TOPICS} topics at once` });
    return false;
  }
  const newest = hub.newest(topic);
  const first = !hub.isFollowed(topic);
  from.topics.add(topic);
  hub.subscribe(topic, from);
  if (newest) from.deliver(topic, newest);
  return first;
}

function unsubscribe({ hub }: Rooms, from: Connection, topics: readonly string[]): void {
  for (const topic of topics.map((one) => roomOf(from, one))) {
    from.topics.delete(topic);
    hub.unsubscribe(topic, from);
  }
}
