// What the browser knows of the live feed and how it stands with it: a state machine without sockets or timers.
import type { ServerSummary } from "@/lib/fleet/schema";
import type { SystemMetrics } from "@/lib/health/schema";
import type { Activity, Sample, ServerMessage, Stats, StreamUpdateMessage } from "@/lib/live/messages";
import type { Channel } from "@/lib/streams/schema";
import { type ActivityState, NO_ACTIVITY, withActivity } from "./activity-state";
import { fromSnapshot, NO_STREAMS, type StreamState, withNotice, withUpdates } from "./stream-state";

/** `stale`: connected, but nothing came for three broadcast intervals. `polling`: sockets do not work here. */
export type FeedState = "live" | "reconnecting" | "stale" | "polling";

/** Why there will be no further attempt. */
export interface LiveError {
  code: "unauthenticated" | "forbidden";
}

export interface LiveState {
  feed: FeedState;
  /** Openings that failed since the last one that worked. */
  failures: number;
  stats: Stats | null;
  servers: ServerSummary[];
  /** Server's name → its newest values. */
  samples: Readonly<Record<string, Sample>>;
  activity: ActivityState;
  streams: StreamState;
  /** When values last came, ms since the epoch. */
  lastMessageAt: number | null;
  /** Since when nothing comes over an open socket. */
  staleSince: number | null;
  error: LiveError | null;
}

/** What /api/stats tells of all channels. */
export type StreamTotals = Pick<Stats, "active_streams" | "total_listeners" | "queue_items" | "uptime_seconds">;

export type LiveEvent =
  | { type: "message"; message: ServerMessage; now: number }
  | { type: "updates"; updates: readonly StreamUpdateMessage[]; now: number }
  | { type: "closed"; code: number; opened: boolean }
  | { type: "clock"; now: number }
  | { type: "resumed"; now: number }
  | { type: "socketless" }
  | {
      type: "polled";
      system: SystemMetrics | null;
      servers: ServerSummary[] | null;
      totals: StreamTotals | null;
      now: number;
    }
  | { type: "polledServer"; sample: Sample; now: number }
  | { type: "polledActivity"; activity: Activity; now: number }
  | { type: "polledStreams"; channels: Channel[]; now: number }
  | { type: "pollRefused"; status: number };

export const INITIAL: LiveState = {
  feed: "reconnecting",
  failures: 0,
  stats: null,
  servers: [],
  samples: {},
  activity: NO_ACTIVITY,
  streams: NO_STREAMS,
  lastMessageAt: null,
  staleSince: null,
  error: null,
};

/** A proxy that blocks sockets fails at once and for ever; one failure may be a restart. */
const FAILURES_UNTIL_POLLING = 2;
const INTERVALS_UNTIL_STALE = 3;
const DEFAULT_BROADCAST_SECONDS = 5;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const REFUSALS: Record<number, LiveError["code"]> = {
  4401: "unauthenticated",
  4403: "forbidden",
  401: "unauthenticated",
  403: "forbidden",
};

/** The state after an event. Parts that did not change keep their identity. */
export function reduce(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case "message":
      return take(state, event.message, event.now);
    case "updates":
      return { ...heard(state, event.now), streams: withUpdates(state.streams, event.updates, event.now) };
    case "closed":
      return closed(state, event);
    case "clock":
      return state.feed === "live" && isSilent(state, event.now)
        ? { ...state, feed: "stale", staleSince: event.now }
        : state;
    case "resumed":
      return { ...state, feed: state.feed === "polling" ? "polling" : "reconnecting", failures: 0, error: null };
    case "socketless":
      return { ...state, feed: "polling" };
    case "polled":
      return {
        ...state,
        stats: statsFrom(state.stats, event.system, event.totals),
        servers: event.servers ?? state.servers,
        lastMessageAt: event.now,
      };
    case "polledServer":
      return { ...withSample(state, event.sample), lastMessageAt: event.now };
    case "polledActivity":
      return { ...state, activity: withActivity(state.activity, event.activity), lastMessageAt: event.now };
    case "polledStreams":
      return { ...state, streams: fromSnapshot(event.channels, event.now), lastMessageAt: event.now };
    case "pollRefused":
      return refused(state, event.status);
  }
}

/**
 * Milliseconds to wait before the next attempt: 1 s doubled with each failure up to 30 s, the later half of it by chance,
 * so that the clients of a restarted server do not all come back at once.
 * @param random 0 to 1
 */
export function retryDelay(failures: number, random: number): number {
  const whole = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
  return Math.round(whole * (0.5 + random / 2));
}

const heard = (state: LiveState, now: number): LiveState => ({
  ...state,
  feed: "live",
  failures: 0,
  lastMessageAt: now,
  staleSince: null,
});

function take(before: LiveState, message: ServerMessage, now: number): LiveState {
  const state = heard(before, now);
  switch (message.type) {
    case "snapshot":
      return {
        ...state,
        stats: message.data.stats,
        servers: message.data.servers,
        streams: fromSnapshot(message.data.channels, now),
      };
    case "stats":
      return { ...state, stats: message.data };
    case "sample":
      return withSample(state, message.data);
    case "activity":
      return { ...state, activity: withActivity(before.activity, message.data) };
    case "stream_update":
      return { ...state, streams: withUpdates(before.streams, [message.data], now) };
    case "auto_end_warning":
    case "auto_end_cancelled":
    case "auto_end_triggered":
      return { ...state, streams: withNotice(before.streams, message, now) };
    default:
      // An error or a pong brings no values: what is on the page is as old as before.
      return before;
  }
}

/** A sample tells only the probes that changed. */
function withSample(state: LiveState, { server, probes }: Sample): LiveState {
  const sample = { server, probes: { ...state.samples[server]?.probes, ...probes } };
  return { ...state, samples: { ...state.samples, [server]: sample } };
}

function closed(state: LiveState, { code, opened }: { code: number; opened: boolean }): LiveState {
  if (REFUSALS[code]) return refused(state, code);
  const failures = opened ? 0 : state.failures + 1;
  const polls = failures >= FAILURES_UNTIL_POLLING || (state.feed === "polling" && !opened);
  return { ...state, failures, feed: polls ? "polling" : "reconnecting" };
}

function refused(state: LiveState, code: number): LiveState {
  const reason = REFUSALS[code];
  return reason ? { ...state, feed: "stale", error: { code: reason } } : state;
}

function isSilent({ stats, lastMessageAt }: LiveState, now: number): boolean {
  const seconds = stats?.broadcast_interval_seconds ?? DEFAULT_BROADCAST_SECONDS;
  return lastMessageAt !== null && now - lastMessageAt > INTERVALS_UNTIL_STALE * seconds * 1_000;
}

/** Polling tells less than the socket: what it does not tell stays as it was. */
function statsFrom(before: Stats | null, system: SystemMetrics | null, totals: StreamTotals | null): Stats | null {
  const known = before ?? (system && { ...UNTOLD, ...fromSystem(system) });
  return known && { ...known, ...(system && fromSystem(system)), ...totals };
}

const UNTOLD = {
  active_streams: 0,
  total_listeners: 0,
  queue_items: 0,
  uptime_seconds: 0,
  websocket_connections: 0,
  broadcast_interval_seconds: DEFAULT_BROADCAST_SECONDS,
};

const fromSystem = (system: SystemMetrics) => ({
  cpu_percent: system.cpu_percent,
  memory_percent: system.ram_percent,
  disk_percent: system.disk_percent,
  system,
});
