"use client";
// Keeps the charts of a channel fresh, and has the page made anew when something else begins to play.
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef } from "react";
import type { QueryResult } from "@/lib/metrics/schema";
import type { Channel } from "@/lib/streams/schema";
import { useBoard } from "../charts/board";
import type { ChartData } from "../charts/chart-data";
import { pointsOf, type TimeWindow } from "../charts/time-window";
import { newStepsOf, pollSeconds } from "../server/chart-query";
import { channelQueryAddress } from "./history-address";

interface ChannelFeedProps {
  channel: Channel;
  /** The server's time when the page was made, in seconds: charts end at its now, not at the browser's. */
  asOf: number;
}

export function ChannelFeed({ channel, asOf }: ChannelFeedProps) {
  const { data, window } = useBoard();
  const skew = useMemo(() => asOf - Date.now() / 1_000, [asOf]);
  const { channel_id } = channel;
  useEffect(() => {
    const main = data.main;
    if (!main || window.period === null) return;
    return poll(main, (now) => refresh(channel_id, window, { data: main, now: now + skew }));
  }, [channel_id, data, window, skew]);
  useRemade(channel);
  return null;
}

/** Plays, events and marks change with the track and the state. */
function useRemade({ status, current_track }: Channel): void {
  const router = useRouter();
  const told = `${status} ${current_track?.id ?? ""} ${current_track?.title ?? ""}`;
  const shown = useRef(told);
  useEffect(() => {
    if (shown.current === told) return;
    shown.current = told;
    router.refresh();
  }, [told, router]);
}

/** Asks again every step, but not while nobody sees the page, and at once when somebody does again. */
function poll(data: ChartData, ask: (nowSeconds: number) => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const later = () => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(again, pollSeconds(data.stepSeconds) * 1_000);
  };
  const again = async () => {
    if (!document.hidden) await ask(Date.now() / 1_000);
    later();
  };
  const seen = () => {
    if (!document.hidden) void again();
  };
  document.addEventListener("visibilitychange", seen);
  later();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Takes what is new; where that does not fit on what is known, everything. A failed question leaves what is shown. */
async function refresh(channelId: string, window: TimeWindow, { data, now }: { data: ChartData; now: number }) {
  const steps = newStepsOf(data, now);
  const newer = steps && (await askHistory(channelQueryAddress(channelId, steps)));
  if (newer && data.merge(newer)) return data.advance(Math.max(data.to, now));
  if (steps && !newer) return data.advance(Math.max(data.to, now));
  const span = { from: now - (window.to - window.from), to: now };
  const whole = await askHistory(channelQueryAddress(channelId, { ...span, points: pointsOf(window) }));
  if (whole) data.replace(whole, span);
}

/** Our own API has checked its answer. */
async function askHistory(address: string): Promise<QueryResult | null> {
  try {
    const response = await fetch(address, { headers: { accept: "application/json" } });
    return response.ok ? ((await response.json()) as QueryResult) : null;
  } catch {
    return null;
  }
}
