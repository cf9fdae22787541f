// Topics and who follows them: gives each message its number, serialises it once, and knows the newest state of those that have one.
import { NEWEST_EVENTS } from "../activity/schema";
import { joinFrames, type SharedFrame, shareFrame } from "./frame";
import type { Activity, Notice, Sample, ServerMessage, StreamUpdateMessage } from "./messages";

/** Somebody who gets messages; must not throw and must not wait. */
export interface Subscriber {
  deliver(topic: string, frame: SharedFrame): void;
}

type Data<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>["data"];

/** What is told of channels: events, which make no state of a topic. */
export type Told = { type: "stream_update"; data: StreamUpdateMessage } | Notice;

interface Topic {
  type: ServerMessage["type"];
  seq: number;
  subscribers: Set<Subscriber>;
  state: unknown;
  newest: SharedFrame | null;
}

/** One message as text; `seq` counts per topic, or per connection for what only one client gets. */
export function envelope(type: ServerMessage["type"], seq: number, data: unknown): string {
  return JSON.stringify({ type, timestamp: new Date().toISOString(), seq, data });
}

/** The topics of one process. */
export class Hub {
  readonly #topics = new Map<string, Topic>();

  subscribe(name: string, subscriber: Subscriber): void {
    this.#topic(name).subscribers.add(subscriber);
  }

  /** Ends a subscription; a topic that nobody follows forgets its state but never its number. */
  unsubscribe(name: string, subscriber: Subscriber): void {
    const topic = this.#topics.get(name);
    topic?.subscribers.delete(subscriber);
    if (topic?.subscribers.size === 0) Object.assign(topic, { state: null, newest: null });
  }

  isFollowed(name: string): boolean {
    return (this.#topics.get(name)?.subscribers.size ?? 0) > 0;
  }

  /**
   * Sends to all subscribers of a topic. A `sample` tells what changed; the topic's state is everything told so far.
   * An `activity` tells what is new; the state is the newest events, and unknown until they were told once.
   */
  publish<Type extends "stats" | "sample" | "activity" | "metrics">(
    name: string,
    type: Type,
    data: Data<Type>,
  ): SharedFrame {
    const topic = this.#topic(name);
    topic.type = type;
    topic.seq += 1;
    topic.state = stateAfter(topic.state, type, data);
    const frame = shareFrame(envelope(type, topic.seq, data), type);
    // A merged state is serialised only when a newcomer or a slow client needs it.
    topic.newest = topic.state === data ? frame : null;
    for (const subscriber of topic.subscribers) subscriber.deliver(name, frame);
    return frame;
  }

  /** Sends messages in their order, as one piece for each subscriber; they leave the topic's state as it is. */
  tell(name: string, messages: readonly Told[]): SharedFrame {
    const topic = this.#topic(name);
    const frames = messages.map(({ type, data }) => {
      topic.seq += 1;
      return shareFrame(envelope(type, topic.seq, data), type);
    });
    const frame = joinFrames(frames);
    for (const subscriber of topic.subscribers) subscriber.deliver(name, frame);
    return frame;
  }

  /** A message with the topic's next number, for those who ask for it one by one. */
  numbered<Type extends "snapshot">(name: string, type: Type, data: Data<Type>): SharedFrame {
    const topic = this.#topic(name);
    topic.seq += 1;
    return shareFrame(envelope(type, topic.seq, data), type);
  }

  /** The whole newest state of a topic as one message, or null while there is none. */
  newest(name: string): SharedFrame | null {
    const topic = this.#topics.get(name);
    if (!topic?.state) return null;
    topic.newest ??= shareFrame(envelope(topic.type, topic.seq, topic.state), topic.type);
    return topic.newest;
  }

  #topic(name: string): Topic {
    const topic = this.#topics.get(name) ?? {
      type: "stats",
      seq: 0,
      subscribers: new Set(),
      state: null,
      newest: null,
    };
    this.#topics.set(name, topic);
    return topic;
  }
}

function stateAfter(before: unknown, type: ServerMessage["type"], data: unknown): unknown {
  if (type === "sample") return mergeSamples(before as Sample | null, data as Sample);
  if (type === "activity") return mergeActivity(before as Activity | null, data as Activity);
  return data;
}

function mergeSamples(before: Sample | null, change: Sample): Sample {
  return { server: change.server, probes: { ...before?.probes, ...change.probes } };
}

function mergeActivity(before: Activity | null, change: Activity): Activity | null {
  if (change.newest || !before) return change.newest ? change : null;
  const all = new Map([...before.events, ...change.events].map((event) => [event.id, event]));
  return { events: [...all.values()].sort((a, b) => b.id - a.id).slice(0, NEWEST_EVENTS), newest: true };
}
