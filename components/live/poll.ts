// The same values by plain requests, for places where sockets are blocked.
import type { ActivityPage } from "@/lib/activity/schema";
import type { ServerLatest, ServerSummary } from "@/lib/fleet/schema";
import type { SystemMetrics } from "@/lib/health/schema";
import type { Channel } from "@/lib/streams/schema";
import type { LiveEvent, StreamTotals } from "./live-state";

/** What the overview shows; null when nothing could be had this time. */
export async function pollOverview(): Promise<LiveEvent | null> {
  const [system, servers, totals] = await Promise.all([
    ask<SystemMetrics>("/api/system/metrics"),
    ask<ServerSummary[]>("/api/servers"),
    ask<StreamTotals>("/api/stats"),
  ]);
  const refused = system.refused ?? servers.refused ?? totals.refused;
  if (refused) return refused;
  if (!system.value && !servers.value && !totals.value) return null;
  return {
    type: "polled",
    system: system.value ?? null,
    servers: servers.value ?? null,
    totals: totals.value ? totalsOf(totals.value) : null,
    now: Date.now(),
  };
}

/** Only what it is asked for: the answer tells the uptime as a text, too. */
const totalsOf = ({ active_streams, total_listeners, queue_items, uptime_seconds }: StreamTotals): StreamTotals => ({
  active_streams,
  total_listeners,
  queue_items,
  uptime_seconds,
});

/** All channels; null when they cannot be had. */
export async function pollStreams(): Promise<LiveEvent | null> {
  const { value, refused } = await ask<Channel[]>("/api/streams");
  if (refused) return refused;
  return value ? { type: "polledStreams", channels: value, now: Date.now() } : null;
}

/** The newest values of one server, of which more are asked for while somebody looks; null when they cannot be had. */
export async function pollServer(name: string): Promise<LiveEvent | null> {
  const { value, refused } = await ask<ServerLatest>(`/api/servers/${encodeURIComponent(name)}/latest?watch=host`);
  if (refused) return refused;
  return value ? { type: "polledServer", sample: { server: name, probes: value.probes }, now: Date.now() } : null;
}

/** Events that a socket would tell at its beginning, too. */
const NEWEST_EVENTS = 50;

/** The newest events; null when they cannot be had. */
export async function pollActivity(): Promise<LiveEvent | null> {
  const { value, refused } = await ask<ActivityPage>(`/api/system/activity?limit=${NEWEST_EVENTS}`);
  if (refused) return refused;
  return value ? { type: "polledActivity", activity: { events: value.events, newest: true }, now: Date.now() } : null;
}

interface Answer<Value> {
  value?: Value;
  refused?: LiveEvent;
}

async function ask<Value>(path: string): Promise<Answer<Value>> {
  try {
    const response = await fetch(path, {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(10_000),
    });
    if (response.ok) return { value: (await response.json()) as Value };
    const refused = response.status === 401 || response.status === 403;
    return refused ? { refused: { type: "pollRefused", status: response.status } } : {};
  } catch {
    // Offline, or the server restarts: the next turn comes by itself.
    return {};
  }
}
