"use client";

import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Sample, Stats } from "@/lib/live/messages";
import { useLiveClient } from "./live-provider";
import { type FeedState, INITIAL, type LiveError, type LiveState } from "./live-state";
import type { LiveChannel, LiveWarning } from "./stream-state";

export interface Monitoring {
  stats: Stats | null;
  servers: ServerSummary[];
  /** All channels. Who reads them renders anew with each change of one. */
  readonly streams: readonly LiveChannel[];
  /** Timers that have warned and still count, the soonest first. Who reads them renders anew with each change. */
  readonly warnings: readonly LiveWarning[];
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

/** Parts that change often: only who has read one of them renders for it. */
type Often = "streams" | "warnings";

const PARTS: Record<Often, (state: LiveState) => unknown> = {
  streams: ({ streams }) => streams.channels,
  warnings: ({ streams }) => streams.warnings,
};

/** The live feed of the page. Renders anew when something of it changes that was read, but not for samples. */
export function useMonitoringWebSocket(): Monitoring {
  const client = useLiveClient();
  const kept = useRef(INITIAL);
  const often = useRef(new Set<Often>());
  const read = useCallback(() => {
    if (!looksTheSame(kept.current, client.state, often.current)) kept.current = client.state;
    return kept.current;
  }, [client]);
  const state = useSyncExternalStore(
    useCallback((listener) => client.onChange(listener), [client]),
    read,
    () => INITIAL,
  );
  // Where sockets do not work, channels are asked for only while somebody shows them. What is read is known after rendering.
  const readsStreams = useRef<(() => void) | undefined>(undefined);
  useEffect(() => {
    if (often.current.size > 0) readsStreams.current ??= client.subscribe("streams");
  });
  useEffect(
    () => () => {
      readsStreams.current?.();
      readsStreams.current = undefined;
    },
    [],
  );
  return useMemo(() => {
    const { stats, servers, feed, lastMessageAt, error, streams } = state;
    return {
      stats,
      servers,
      get streams() {
        often.current.add("streams");
        return streams.channels;
      },
      get warnings() {
        often.current.add("warnings");
        return streams.warnings;
      },
      get samples() {
        return client.state.samples;
      },
      state: feed,
      isConnected: feed === "live" || feed === "stale",
      lastMessageAt,
      error,
      subscribe: (topic: string) => client.subscribe(topic),
      reconnectNow: () => client.reconnectNow(),
    };
  }, [client, state]);
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
function looksTheSame(before: LiveState, now: LiveState, often: ReadonlySet<Often>): boolean {
  return (
    before.stats === now.stats &&
    before.servers === now.servers &&
    before.feed === now.feed &&
    before.error === now.error &&
    [...often].every((part) => PARTS[part](before) === PARTS[part](now))
  );
}
