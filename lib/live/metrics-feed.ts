// This machine's newest values for clients of the older host monitor, who listen at /api/ws/metrics and ask for nothing.
import { pool } from "../db";
import { isStale } from "../fleet/status";
import { log } from "../log";
import { settings } from "../settings/queries";
import type { Hub, Subscriber } from "./hub";
import { METRIC_PARTS } from "./messages";
import { type Repeated, repeat } from "./repeat";

/** The topic of this machine; nobody subscribes to it by name. */
export const METRICS_TOPIC = "metrics";

export class MetricsFeed {
  readonly #hub: Hub;
  readonly #sending: Repeated;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#sending = repeat(
      async () => (hub.isFollowed(METRICS_TOPIC) ? (await settings()).sampling_interval_seconds : 1),
      () => this.#send(),
    );
  }

  /** Tells a newcomer what is known; never throws. */
  async greet(newcomer: Subscriber): Promise<void> {
    const newest = this.#hub.newest(METRICS_TOPIC);
    if (newest) newcomer.deliver(METRICS_TOPIC, newest);
    else await this.#send().catch((error) => log.warn({ err: error }, "this machine's values could not be read"));
  }

  async #send(): Promise<void> {
    if (this.#hub.isFollowed(METRICS_TOPIC)) this.#hub.publish(METRICS_TOPIC, "metrics", await readMetrics(new Date()));
  }

  close(): void {
    this.#sending.stop();
  }
}

type Metrics = Record<(typeof METRIC_PARTS)[number], unknown>;

/** Part → its snapshot; null where it is not measured, or not lately. */
async function readMetrics(now: Date): Promise<Metrics> {
  const { rows } = await pool().query<{ kind: string; ts: Date; data: unknown; interval_seconds: number }>(
    `SELECT l.kind, l.ts, l.data, coalesce(p.interval_seconds, 5) AS interval_seconds
     FROM latest l LEFT JOIN probe_state p ON p.subject = l.subject AND p.probe = l.kind
     WHERE l.kind = ANY($1::text[]) AND l.subject = (
       SELECT id FROM servers WHERE host_kind = 'local' ORDER BY name <> 'local', id LIMIT 1)`,
    [METRIC_PARTS],
  );
  const known = new Map(
    rows
      .filter(({ ts, interval_seconds }) => !isStale(ts.getTime(), interval_seconds, now.getTime()))
      .map(({ kind, data }) => [kind, data]),
  );
  return Object.fromEntries(METRIC_PARTS.map((part) => [part, known.get(part) ?? null])) as Metrics;
}
