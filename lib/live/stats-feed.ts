// The totals that every page shows: sent to all at a steady pace, and whole as a snapshot to whoever asks.
import { performance } from "node:perf_hooks";
import { listServers } from "../fleet/queries";
import { systemMetrics } from "../health/queries";
import { settings } from "../settings/queries";
import { systemActor } from "../users/permissions";
import type { SharedFrame } from "./frame";
import type { Hub } from "./hub";
import type { Stats } from "./messages";
import { type Repeated, repeat } from "./repeat";

/** Clients that connect together share one snapshot. */
const SNAPSHOT_FRESH_MS = 1_000;

export class StatsFeed {
  readonly #hub: Hub;
  readonly #connections: () => number;
  readonly #sending: Repeated;
  #snapshot: { at: number; frame: Promise<SharedFrame> } | undefined;

  /** @param connections how many clients are connected to this instance */
  constructor(hub: Hub, connections: () => number) {
    this.#hub = hub;
    this.#connections = connections;
    this.#sending = repeat(
      async () => (hub.isFollowed("stats") ? (await settings()).stats_broadcast_interval : 1),
      async () => {
        if (hub.isFollowed("stats")) hub.publish("stats", "stats", await this.#read());
      },
    );
  }

  /** Everything that a page opened in mid-stream needs to know; at most 1 s old and shared by all who ask meanwhile. */
  snapshot(): Promise<SharedFrame> {
    const now = performance.now();
    if (!this.#snapshot || now - this.#snapshot.at > SNAPSHOT_FRESH_MS) {
      const frame = this.#readSnapshot();
      frame.catch(() => {
        this.#snapshot = undefined;
      });
      this.#snapshot = { at: now, frame };
    }
    return this.#snapshot.frame;
  }

  close(): void {
    this.#sending.stop();
  }

  async #readSnapshot(): Promise<SharedFrame> {
    const [stats, servers] = await Promise.all([this.#read(), listServers(systemActor())]);
    return this.#hub.publish("snapshot", "snapshot", { stats, servers, channels: [] });
  }

  async #read(): Promise<Stats> {
    const [system, { stats_broadcast_interval }] = await Promise.all([systemMetrics(systemActor()), settings()]);
    return {
      // No channel can be registered yet, so these are true zeros.
      active_streams: 0,
      total_listeners: 0,
      queue_items: 0,
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
