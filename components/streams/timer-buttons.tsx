"use client";
import { Pause, Play, Plus, Square, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import type { Channel } from "@/lib/streams/schema";
import { Button } from "../ui/button";
import type { StreamActions } from "./actions";
import { EndNowDialog } from "./end-now-dialog";
import { CANCELLED, MORE_MINUTES, mayPause } from "./timer-verbs";
import { useTimerVerbs } from "./use-timer-verbs";

interface TimerButtonsProps {
  channel: Channel;
  actions: StreamActions;
  /** Only what fits the last minute, or all that can be done. */
  all?: boolean;
}

/** What can be done with the timer of a channel now. */
export function TimerButtons({ channel, actions, all }: TimerButtonsProps) {
  const t = useTranslations("streams.verbs");
  const { state } = channel.auto_end;
  const { run, pending } = useTimerVerbs(channel, actions);
  const trigger = useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = useState(false);
  const busy = { "aria-disabled": pending || undefined };
  const { status } = channel;
  return (
    <div className="flex flex-wrap items-center gap-2 max-md:w-full max-md:[&>button]:grow">
      {CANCELLED.has(state) && (
        <Button {...busy} onClick={() => void run("cancel")}>
          <X aria-hidden />
          {t("cancel")}
        </Button>
      )}
      {state === "armed" && (
        <Button {...busy} onClick={() => void run("extend", MORE_MINUTES)}>
          <Plus aria-hidden />
          {t("extend", { minutes: MORE_MINUTES })}
        </Button>
      )}
      {all && mayPause(channel) && (
        <Button {...busy} onClick={() => void run("pause")}>
          <Pause aria-hidden />
          {t("pause")}
        </Button>
      )}
      {state === "paused" && (
        <Button {...busy} onClick={() => void run("resume")}>
          <Play aria-hidden />
          {t("resume")}
        </Button>
      )}
      {status !== "stopped" && state !== "ending" && (
        <Button ref={trigger} variant="danger" onClick={() => setAsked(true)}>
          <Square aria-hidden />
          {t("endNow")}
        </Button>
      )}
      {asked && <EndNowDialog channel={channel} actions={actions} onClose={() => setAsked(false)} returnTo={trigger} />}
    </div>
  );
}
