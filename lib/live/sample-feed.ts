// Brings new values of servers to those who follow them: notified by the database, read together, at most 20 times a second.
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../db";
import { log } from "../log";
import { addChanges, type Changes } from "./changes";
import type { Hub } from "./hub";
import { readLatest, type Wanted } from "./latest";
import { type Repeated, repeat } from "./repeat";
import { RENEW_EVERY_SECONDS, renewWatches } from "./watch";

const LEAST_PAUSE_MS = 50;
/** Until what could not be read is asked for again. */
const RETRY_MS = 1_000;
/** How often machines are sampled while somebody looks. */
const WATCHED_INTERVAL_SECONDS = 1;

/** Name of a server's topic. */
export const serverTopic = (name: string): string => `server:${name}`;

export class SampleFeed {
  readonly #hub: Hub;
  readonly #names = new Map<number, string>();
  readonly #renewing: Repeated;
  #changes: Changes = new Map();
  #flushing: Promise<void> | undefined;
  #listening: Promise<() => Promise<void>> | undefined;
  #closed = false;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#renewing = repeat(RENEW_EVERY_SECONDS, () => this.#renew(this.#followed()));
  }

  /** Begins to follow servers (name → id) that have got a subscriber: asks for fresh values and publishes what is known. */
  async follow(servers: ReadonlyMap<string, number>): Promise<void> {
    for (const [name, subject] of servers) this.#names.set(subject, name);
    // Listening first: what is written while the first values are read must not be missed.
    this.#listening ??= listen(
      "dozor_latest",
      (payload) => this.#notified(payload),
      () => this.#missedSome(),
    );
    await this.#listening;
    const subjects = [...servers.values()];
    await Promise.all([this.#renew(subjects), this.#publish(everything(subjects))]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#renewing.stop();
    const stop = await this.#listening;
    await stop?.();
    await this.#flushing;
  }

  #notified(payload: string): void {
    addChanges(this.#changes, payload, (subject) => this.#isFollowed(subject));
    this.#flushSoon();
  }

  #missedSome(): void {
    this.#publish(everything(this.#followed())).catch(logFailure);
  }

  #flushSoon(): void {
    if (this.#changes.size === 0 || this.#closed) return;
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
      this.#flushSoon();
    });
  }

  async #flush(): Promise<void> {
    await sleep(LEAST_PAUSE_MS);
    const changes = this.#changes;
    this.#changes = new Map();
    try {
      await this.#publish(changes);
    } catch (error) {
      // Nobody notifies a second time, and some probes run once in half an hour.
      for (const [subject, kinds] of this.#changes)
        changes.set(subject, new Set([...kinds, ...(changes.get(subject) ?? [])]));
      this.#changes = changes;
      logFailure(error);
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }

  async #publish(wanted: Wanted): Promise<void> {
    const followed = new Map([...wanted].filter(([subject]) => this.#isFollowed(subject)));
    for (const [subject, probes] of await readLatest(followed)) {
      const server = this.#names.get(subject);
      if (server !== undefined && !this.#closed) this.#hub.publish(serverTopic(server), "sample", { server, probes });
    }
  }

  async #renew(subjects: readonly number[]): Promise<void> {
    await renewWatches(subjects, "host", WATCHED_INTERVAL_SECONDS);
  }

  #isFollowed(subject: number): boolean {
    const name = this.#names.get(subject);
    return name !== undefined && this.#hub.isFollowed(serverTopic(name));
  }

  #followed(): number[] {
    return [...this.#names.keys()].filter((subject) => this.#isFollowed(subject));
  }
}

const everything = (subjects: readonly number[]): Wanted => new Map(subjects.map((subject) => [subject, null]));

function logFailure(error: unknown): void {
  log.warn({ err: error }, "live values could not be read");
}
