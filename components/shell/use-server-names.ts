import { useEffect, useState } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";

export type ServerName = Pick<ServerSummary, "name" | "host" | "version" | "status">;

type Answer = { state: "loading" | "failed" | "ready"; servers: readonly ServerName[] };

/** The servers as they are whenever `wanted` turns true; what was known before is kept meanwhile. */
export function useServerNames(wanted: boolean): Answer {
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
  return answer;
}
