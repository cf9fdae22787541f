"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { LiveClient } from "./live-client";

const LiveContext = createContext<LiveClient | null>(null);

/** Gives the pages below it one live feed; it runs while it is mounted, and pauses while the tab is hidden. */
export function LiveProvider({ withoutSockets = false, children }: { withoutSockets?: boolean; children: ReactNode }) {
  const [client] = useState(
    () => new LiveClient({ address: socketAddress(), isHidden: () => document.hidden, withoutSockets }),
  );
  useEffect(() => {
    const stop = client.start();
    const onVisibility = () => client.visibilityChanged();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      stop();
    };
  }, [client]);
  return <LiveContext value={client}>{children}</LiveContext>;
}

/** The feed of the page. @throws Error outside of a `LiveProvider` */
export function useLiveClient(): LiveClient {
  const client = useContext(LiveContext);
  if (!client) throw new Error("Put the page into a LiveProvider");
  return client;
}

// Rendered on the server too, where no socket is ever opened.
function socketAddress(): string {
  if (typeof window === "undefined") return "";
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}/ws/stats`;
}
