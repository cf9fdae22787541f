"use client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ActivityPage } from "@/lib/activity/schema";
import { useLiveActivity } from "../live/use-live-activity";
import { type ActivityQuery, activityParameters, isFiltered } from "./address";
import { mayMatch, withNewest, withOlder } from "./feed";

const PAGE = 50;

async function ask(query: ActivityQuery, before: number | null): Promise<ActivityPage> {
  const parameters = activityParameters(query);
  parameters.set("limit", String(PAGE));
  if (before !== null) parameters.set("before", String(before));
  const response = await fetch(`/api/system/activity?${parameters}`, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`The feed answered ${response.status}`);
  return (await response.json()) as ActivityPage;
}

/** The feed of a page: what it was made with, what came in live since, and what was loaded below. */
export function useFeed(initial: ActivityPage, query: ActivityQuery) {
  const [feed, setFeed] = useState({ events: initial.events, next: initial.next } as Parameters<typeof withNewest>[0]);
  const [state, setState] = useState<"idle" | "loading" | "failed">("idle");
  const live = useLiveActivity();
  const seen = useRef(live.events);
  const refetch = useRefetch(
    query,
    useCallback((page: ActivityPage) => setFeed((before) => withNewest(before, { ...page, whole: true })), []),
  );

  useEffect(() => {
    const before = new Set(seen.current.map(({ id }) => id));
    seen.current = live.events;
    const fresh = live.events.filter(({ id }) => !before.has(id));
    if (!isFiltered(query)) setFeed((known) => withNewest(known, live));
    else if (mayMatch(fresh, query)) refetch();
  }, [live, query, refetch]);

  const loadOlder = useCallback(async () => {
    setState("loading");
    try {
      const page = await ask(query, feed.next);
      setFeed((before) => withOlder(before, page));
      setState("idle");
    } catch {
      setState("failed");
    }
  }, [query, feed.next]);
  return useMemo(() => ({ ...feed, state, loadOlder }), [feed, state, loadOlder]);
}

/** Asks for the newest again, one question at a time; what fails is asked with the next event. */
function useRefetch(query: ActivityQuery, take: (page: ActivityPage) => void): () => void {
  const turn = useRef<"free" | "asking" | "again">("free");
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);
  return useCallback(() => {
    const run = async () => {
      do {
        turn.current = "asking";
        const page = await ask(query, null).catch(() => null);
        if (page && !gone.current) take(page);
      } while ((turn.current as string) === "again" && !gone.current);
      turn.current = "free";
    };
    if (turn.current === "free") void run();
    else turn.current = "again";
  }, [query, take]);
}
