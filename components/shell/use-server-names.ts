import { useEffect, useState } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";
import { useMonitoringWebSocket } from "../live/use-monitoring-web-socket";

export type ServerName = Pick<ServerSummary, "name" | "host" | "version" | "status">;

type Answer = { state: "loading" | "failed" | "ready"; servers: readonly ServerName[] };

/** The servers as they are whenever `wanted` turns true; until then those of the live feed. */
export function useServerNames(wanted: boolean): Answer {
  const live = useMonitoringWebSocket().servers;
  const [answer, setAnswer] = useState<Answer>({ state: "loading", servers: [] });
  useEffect(() => {
    if (!wanted) return;
    const controller = new AbortController();
    fetch("/api/servers", { signal: controller.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        setAnswer({ state: "ready", servers: await response.json() });
      })
      .catch(() => {
        if (!controller.signal.aborted)
          setAnswer((before) => (before.state === "ready" ? before : { state: "failed", servers: [] }));
      });
    return () => controller.abort();
  }, [wanted]);
  return answer.state !== "ready" && live.length > 0 ? { state: "ready", servers: live } : answer;
}
