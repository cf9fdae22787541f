import { useCallback, useEffect, useState } from "react";
import type { MetricChoice, MetricChoices } from "@/lib/fleet/schema";

type Answer = { state: "loading" | "failed" | "ready"; metrics: readonly MetricChoice[] };

const LOADING: Answer = { state: "loading", metrics: [] };

/** The metrics of a server, asked when first needed; `retry` asks again. */
export function useMetricChoices(server: string): Answer & { retry(): void } {
  const [answer, setAnswer] = useState<Answer>(LOADING);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks the same again
  useEffect(() => {
    const controller = new AbortController();
    setAnswer(LOADING);
    fetch(`/api/history/series?${new URLSearchParams({ server })}`, { signal: controller.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        const { metrics }: MetricChoices = await response.json();
        setAnswer({ state: "ready", metrics });
      })
      .catch(() => {
        if (!controller.signal.aborted) setAnswer({ ...LOADING, state: "failed" });
      });
    return () => controller.abort();
  }, [server, attempt]);
  return { ...answer, retry: useCallback(() => setAttempt((count) => count + 1), []) };
}
