"use client";
// Keeps a page's charts fresh: asks the history for new steps, and takes live samples where a second is a step.
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef } from "react";
import { useBoard } from "@/components/charts/board";
import type { ChartData } from "@/components/charts/chart-data";
import type { TimeWindow } from "@/components/charts/time-window";
import { useServerSample } from "@/components/live/use-monitoring-web-socket";
import type { QueryResult } from "@/lib/metrics/schema";
import { type ChartQuery, newStepsOf, pollSeconds, queryAddress, spanOf } from "./chart-query";
import { type Locator, valueIn } from "./locate";

interface ChartFeedProps {
  server: string;
  queries: readonly ChartQuery[];
  locators: readonly Locator[];
  /** The server's time when the page was made, in seconds: charts end at its now, not at the browser's. */
  asOf: number;
}

export function ChartFeed({ server, queries, locators, asOf }: ChartFeedProps) {
  const { data, window, paused } = useBoard();
  const skew = useMemo(() => asOf - Date.now() / 1000, [asOf]);
  const live = window.period === "5m";
  const router = useRouter();
  const behind = useRef(false);
  useLiveSamples(server, { data: live && !paused ? data.main : undefined, locators });
  useEffect(() => {
    if (paused) behind.current = true;
    if (window.period === null || paused) return;
    const now = () => Date.now() / 1000 + skew;
    const remake = () => router.refresh();
    const stops = queries.flatMap((query) => {
      const target = data[query.name];
      if (!target) return [];
      if (behind.current) void refresh({ server, query, window, now, remake }, target);
      return live && query.name === "main"
        ? [tick(target, now), whenBack(() => refresh({ server, query, window, now, remake }, target))]
        : [poll({ server, query, window, now, remake }, target)];
    });
    behind.current = false;
    return () => {
      for (const stop of stops) stop();
    };
  }, [server, queries, data, window, skew, live, paused, router]);
  return null;
}

/** Appends what the newest sample says about the series of the page. */
function useLiveSamples(
  server: string,
  { data, locators }: { data: ChartData | undefined; locators: readonly Locator[] },
) {
  const sample = useServerSample(server);
  const seen = useRef<Record<string, string>>({});
  useEffect(() => {
    if (!sample || !data) return;
    for (const [probe, { ts, data: values }] of Object.entries(sample.probes)) {
      if (seen.current[probe] === ts) continue;
      seen.current[probe] = ts;
      const own = locators.filter((locator) => locator.probe === probe);
      if (own.length === 0) continue;
      data.append(Date.parse(ts) / 1000, new Map(own.map((locator) => [locator.key, valueIn(values, locator)])));
    }
  }, [sample, data, locators]);
}

interface Asked {
  server: string;
  query: ChartQuery;
  window: TimeWindow;
  now(): number;
  /** Has the page made anew: a database, disk or the like came up, or what is laid under would not fit any more. */
  remake(): void;
}

/** Moves a live window on every second, whether samples come or not: a stale line must show its age. */
function tick(data: ChartData, now: () => number): () => void {
  const timer = setInterval(() => data.advance(Math.max(data.to, now())), 1000);
  return () => clearInterval(timer);
}

/** Asks again every step; not while nobody sees the page, and at once when somebody does again. */
function poll(asked: Asked, data: ChartData): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const again = async () => {
    clearTimeout(timer);
    const before = data.columns.size;
    if (!document.hidden) await refresh(asked, data);
    if (!stopped && data.columns.size > before) asked.remake();
    if (!stopped) timer = setTimeout(again, pollSeconds(data.stepSeconds) * 1000);
  };
  timer = setTimeout(again, pollSeconds(data.stepSeconds) * 1000);
  const stopWaiting = whenBack(again);
  return () => {
    stopped = true;
    clearTimeout(timer);
    stopWaiting();
  };
}

function whenBack(run: () => void): () => void {
  const changed = () => {
    if (!document.hidden) run();
  };
  document.addEventListener("visibilitychange", changed);
  return () => document.removeEventListener("visibilitychange", changed);
}

/** Takes what is new; where that does not fit on what is known, everything. A failed question leaves what is shown. */
async function refresh({ server, query, window, now, remake }: Asked, data: ChartData): Promise<void> {
  const to = now();
  const steps = newStepsOf(data, to);
  if (steps) {
    const result = await ask(queryAddress(server, query, steps));
    if (!result) return data.advance(Math.max(data.to, to));
    if (data.merge(result)) return data.advance(Math.max(data.to, to));
  }
  if (data.shiftSeconds !== null) return remake();
  const span = spanOf(query, { from: to - (window.to - window.from), to });
  const whole = await ask(queryAddress(server, query, { ...span, points: query.points }));
  if (whole) data.replace(whole, span);
}

/** Our own API has checked its answer; the code to check it again would be an eighth of what the page loads. */
async function ask(address: string): Promise<QueryResult | null> {
  try {
    const response = await fetch(address, { headers: { accept: "application/json" } });
    return response.ok ? ((await response.json()) as QueryResult) : null;
  } catch {
    return null;
  }
}
