"use client";

import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Sample, Stats } from "@/lib/live/messages";
import { useLiveClient } from "./live-provider";
import { type FeedState, INITIAL, type LiveError, type LiveState } from "./live-state";

export interface Monitoring {
  stats: Stats | null;
  servers: ServerSummary[];
  /** Server's name → newest values; reading it here follows no changes: `useServerSample` does. */
  readonly samples: LiveState["samples"];
  state: FeedState;
  isConnected: boolean;
  /** When values last came, ms since the epoch; not moved by samples. */
  lastMessageAt: number | null;
  error: LiveError | null;
  /** Wants a topic (`server:<name>`) until the returned function is called. */
  subscribe(topic: string): () => void;
  reconnectNow(): void;
}

/** The live feed of the page. Renders anew when something of it changes, but not for samples. */
export function useMonitoringWebSocket(): Monitoring {
  const client = useLiveClient();
  const kept = useRef(INITIAL);
  const read = useCallback(() => {
    if (!looksTheSame(kept.current, client.state)) kept.current = client.state;
    return kept.current;
  }, [client]);
  const { stats, servers, feed, lastMessageAt, error } = useSyncExternalStore(
    useCallback((listener) => client.onChange(listener), [client]),
    read,
    () => INITIAL,
  );
  return useMemo(
    () => ({
      stats,
      servers,
      get samples() {
        return client.state.samples;
      },
      state: feed,
      isConnected: feed === "live" || feed === "stale",
      lastMessageAt,
      error,
      subscribe: (topic: string) => client.subscribe(topic),
      reconnectNow: () => client.reconnectNow(),
    }),
    [client, stats, servers, feed, lastMessageAt, error],
  );
}

/** The newest values of one server, which is followed while the component is mounted; undefined while none are known. */
export function useServerSample(name: string): Sample | undefined {
  const client = useLiveClient();
  useEffect(() => client.subscribe(`server:${name}`), [client, name]);
  return useSyncExternalStore(
    useCallback((listener) => client.onChange(listener), [client]),
    () => client.state.samples[name],
    () => undefined,
  );
}

/** Samples come each second: only who follows them renders for them. */
function looksTheSame(before: LiveState, now: LiveState): boolean {
  return (
    before.stats === now.stats &&
    before.servers === now.servers &&
    before.feed === now.feed &&
    before.error === now.error
  );
}
