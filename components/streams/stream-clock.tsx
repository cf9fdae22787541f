"use client";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { Channel } from "@/lib/streams/schema";
import { useClock } from "../clock";
import type { LiveChannel } from "../live/stream-state";

const Skew = createContext<{ asOf: number; skew: number }>({ asOf: 0, skew: 0 });

/** Gives what is below it the server's time: a browser with a wrong clock counts down right. @param asOf ms */
export function StreamClock({ asOf, children }: { asOf: number; children: ReactNode }) {
  const [value, setValue] = useState({ asOf, skew: 0 });
  useEffect(() => setValue({ asOf, skew: asOf - Date.now() }), [asOf]);
  return <Skew value={value}>{children}</Skew>;
}

/** The server's time in ms, ticking each second; the time of the page's making until it runs in a browser. */
export function useServerNow(): number {
  const { asOf, skew } = useContext(Skew);
  const clock = useClock();
  return clock === null ? asOf : clock + skew;
}

/** When a state of a channel was told, ms of the server's clock: over the live feed, else with the page. */
export function useToldAt(): (channel: Channel | LiveChannel) => number {
  const { asOf, skew } = useContext(Skew);
  return (channel) => ("receivedAt" in channel ? channel.receivedAt + skew : asOf);
}
