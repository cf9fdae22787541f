import { useEffect, useState } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";
import { useMonitoringWebSocket } from "../live/use-monitoring-web-socket";

export type ServerName = Pick<ServerSummary, "name" | "host" | "version" | "status">;

type Answer = { state: "loading" | "failed" | "ready"; servers: readonly ServerName[] };

/** The servers as they are now; until they are read, those of the live feed. */
export function useServerNames(): Answer {
  const live = useMonitoringWebSocket().servers;
  const [answer, setAnswer] = useState<Answer>({ state: "loading", servers: [] });
  useEffect(() => {
    const controller = new AbortController();
    fetch("/api/servers", { signal: controller.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        setAnswer({ state: "ready", servers: await response.json() });
      })
      .catch(() => {
        if (!controller.signal.aborted) setAnswer({ state: "failed", servers: [] });
      });
    return () => controller.abort();
  }, []);
  return answer.state !== "ready" && live.length > 0 ? { state: "ready", servers: live } : answer;
}
