import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import type { ProbeRuns, RunAccepted, RunNow } from "@/lib/collector/schema";
import { formatUnit, joinUnit, NO_VALUE } from "@/lib/format";
import type { ActionResult } from "@/lib/http/action";

export type LastRun = Pick<ProbeRuns, "last_run_at" | "duration_ms" | "outcome" | "message">;

/** How often the page is made anew while a result is waited for. */
const LOOK_MS = 700;
/** Longer than a probe of the usual kind may take; the page refreshes by itself afterwards. */
const PATIENCE_MS = 12_000;

/** Asks for a run, then has the page made anew until its last run is another one. */
export function useRun(
  input: RunNow,
  last: LastRun,
  run: (input: RunNow) => Promise<ActionResult<RunAccepted>>,
): { waits: boolean; start(): void } {
  const t = useTranslations("collector");
  const router = useRouter();
  const tell = useResult(input);
  /** The last run before the one that is waited for. */
  const [before, setBefore] = useState<{ at: string | null } | null>(null);
  const refused = () => {
    setBefore(null);
    toast.error(t("failedToAsk"));
  };
  const start = () => {
    setBefore({ at: last.last_run_at });
    run(input).then((result) => result.ok || refused(), refused);
  };

  const isDone = before !== null && last.last_run_at !== before.at;
  const told = useRef(tell);
  told.current = tell;
  useEffect(() => {
    if (!isDone) return;
    setBefore(null);
    told.current(last);
  }, [isDone, last]);
  useEffect(() => {
    if (before === null) return;
    const looking = setInterval(() => router.refresh(), LOOK_MS);
    const giveUp = setTimeout(() => {
      setBefore(null);
      told.current(null);
    }, PATIENCE_MS);
    return () => {
      clearInterval(looking);
      clearTimeout(giveUp);
    };
  }, [before, router]);
  return { waits: before !== null, start };
}

/** Says what became of a run; null: nothing yet. */
function useResult({ server, probe }: RunNow): (last: LastRun | null) => void {
  const t = useTranslations("collector");
  const locale = useLocale();
  return (last) => {
    if (last === null) {
      toast.info(t("noAnswer", { server }));
      return;
    }
    if (probe === undefined) {
      toast.success(t("asked", { server }));
      return;
    }
    const reason = last.message ?? NO_VALUE;
    if (last.outcome === "failed") toast.error(t("ranFailed", { server, probe, reason }));
    else if (last.outcome === "nothing") toast.info(t("ranNothing", { server, probe, reason }));
    else toast.success(t("ranOk", { server, probe, duration: joinUnit(formatUnit(last.duration_ms, "ms", locale)) }));
  };
}
