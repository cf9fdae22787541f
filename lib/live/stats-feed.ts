// The totals that every page shows: sent to all at a steady pace, and whole as a snapshot to whoever asks.
import { performance } from "node:perf_hooks";
import { listServers } from "../fleet/queries";
import { systemMetrics } from "../health/queries";
import { settings } from "../settings/queries";
import { listChannels, streamTotals } from "../streams/queries";
import { systemActor } from "../users/permissions";
import type { SharedFrame } from "./frame";
import type { Hub } from "./hub";
import type { Stats } from "./messages";
import { type Repeated, repeat } from "./repeat";
import type { StreamFeed } from "./stream-feed";
import { warningsOf } from "./warnings";

/** Clients that connect together share one snapshot. */
const SNAPSHOT_FRESH_MS = 1_000;

/** A snapshot, and when it was begun by `performance.now()`: what changed since may be missing. */
export interface Snapshot {
  at: number;
  frame: SharedFrame;
}

export class StatsFeed {
  readonly #hub: Hub;
  readonly #streams: StreamFeed;
  readonly #connections: () => number;
  readonly #sending: Repeated;
  #snapshot: { at: number; whole: Promise<Snapshot> } | undefined;

  /** @param connections how many clients are connected to this instance */
  constructor(hub: Hub, streams: StreamFeed, connections: () => number) {
    this.#hub = hub;
    this.#streams = streams;
    this.#connections = connections;
    this.#sending = repeat(
      async () => (hub.isFollowed("stats") ? (await settings()).stats_broadcast_interval : 1),
      async () => {
        if (hub.isFollowed("stats")) hub.publish("stats", "stats", await this.#read());
      },
    );
  }

  /** Everything that a page opened in mid-stream needs to know; at most 1 s old and shared by all who ask meanwhile. */
  snapshot(): Promise<Snapshot> {
    const now = performance.now();
    if (!this.#snapshot || now - this.#snapshot.at > SNAPSHOT_FRESH_MS) {
      const whole = this.#readSnapshot();
      whole.catch(() => {
        this.#snapshot = undefined;
      });
      this.#snapshot = { at: now, whole };
    }
    return this.#snapshot.whole;
  }

  close(): void {
    this.#sending.stop();
  }

  async #readSnapshot(): Promise<Snapshot> {
    // Listening first: what changes while everything is read must not be missed.
    await this.#streams.start();
    const at = performance.now();
    const [stats, servers, channels] = await Promise.all([
      this.#read(),
      listServers(systemActor()),
      listChannels(systemActor()),
    ]);
    const data = { stats, servers, channels, warnings: warningsOf(channels) };
    return { at, frame: this.#hub.numbered("snapshot", "snapshot", data) };
  }

  async #read(): Promise<Stats> {
    const [system, totals, { stats_broadcast_interval }] = await Promise.all([
      systemMetrics(systemActor()),
      streamTotals(systemActor()),
      settings(),
    ]);
    return {
      ...totals,
      cpu_percent: system.cpu_percent,
      memory_percent: system.ram_percent,
      disk_percent: system.disk_percent,
      uptime_seconds: Math.round(process.uptime()),
      websocket_connections: this.#connections(),
      broadcast_interval_seconds: stats_broadcast_interval,
      system,
    };
  }
}
