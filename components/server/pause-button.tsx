"use client";
import { Pause, Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useBoard } from "../charts/board";
import { Button } from "../ui/button";

/** Lets a live page stand still, to look at what it shows; then it catches up. Other periods have no button. */
export function PauseButton() {
  const t = useTranslations("server");
  const { window, paused, pause } = useBoard();
  if (window.period !== "5m") return null;
  const Icon = paused ? Play : Pause;
  return (
    <div className="flex items-center gap-2">
      <Button size="sm" onClick={() => pause(!paused)}>
        <Icon aria-hidden />
        {t(paused ? "resume" : "pause")}
      </Button>
      <p role="status" className="text-muted-foreground text-xs">
        {paused ? t("paused") : t("everySecond")}
      </p>
    </div>
  );
}
