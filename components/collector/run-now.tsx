"use client";
import { LoaderCircle, Play } from "lucide-react";
import { useTranslations } from "next-intl";
import type { RunAccepted, RunNow as RunNowInput } from "@/lib/collector/schema";
import type { ActionResult } from "@/lib/http/action";
import { Button } from "../ui/button";
import { type LastRun, useRun } from "./use-run";

interface RunNowProps {
  server: string;
  /** One probe, or all of the server's. */
  probe?: string;
  /** How it ran last, as the page knows it. */
  last: LastRun;
  disabled?: boolean;
  run(input: RunNowInput): Promise<ActionResult<RunAccepted>>;
}

/** Has something asked now, and says what became of it when the page shows it. */
export function RunNow({ server, probe, last, disabled, run }: RunNowProps) {
  const t = useTranslations("collector");
  const { waits, start } = useRun({ server, ...(probe !== undefined && { probe }) }, last, run);
  const icon = waits ? <LoaderCircle aria-hidden className="motion-safe:animate-spin" /> : <Play aria-hidden />;
  if (probe === undefined) {
    return (
      <Button size="sm" disabled={disabled || waits} onClick={start}>
        {icon}
        {waits ? t("running") : t("runAll")}
        <span className="sr-only">{server}</span>
      </Button>
    );
  }
  return (
    <Button
      size="icon-sm"
      variant="ghost"
      disabled={disabled || waits}
      aria-label={t("runProbe", { probe, server })}
      onClick={start}
    >
      {icon}
    </Button>
  );
}
