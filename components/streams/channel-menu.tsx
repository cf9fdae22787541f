"use client";
import { ChartLine, Ellipsis, Pause, Play, Plus, Square, Trash2, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import type { Channel } from "@/lib/streams/schema";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import type { StreamActions } from "./actions";
import { DeleteChannel } from "./delete-channel";
import { EndNowDialog } from "./end-now-dialog";
import { channelHref } from "./href";
import { CANCELLED, MORE_MINUTES, mayPause } from "./timer-verbs";
import { useTimerVerbs } from "./use-timer-verbs";

interface ChannelMenuProps {
  channel: Channel;
  actions: StreamActions;
}

/** What can be done with a channel. */
export function ChannelMenu({ channel, actions }: ChannelMenuProps) {
  const t = useTranslations("streams");
  const router = useRouter();
  const trigger = useRef<HTMLButtonElement>(null);
  const [shown, setShown] = useState<"end" | "delete" | null>(null);
  const { run } = useTimerVerbs(channel, actions);
  const { status, auto_end } = channel;
  const { state } = auto_end;
  const close = () => setShown(null);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button
            ref={trigger}
            variant="ghost"
            size="icon-sm"
            className="-mr-1"
            aria-label={t("menu", { name: channel.name })}
          >
            <Ellipsis aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem onSelect={() => router.push(channelHref(channel.channel_id))}>
            <ChartLine aria-hidden />
            {t("verbs.open")}
          </DropdownMenuItem>
          {CANCELLED.has(state) && (
            <DropdownMenuItem onSelect={() => void run("cancel")}>
              <X aria-hidden />
              {t("verbs.cancel")}
            </DropdownMenuItem>
          )}
          {state === "armed" && (
            <DropdownMenuItem onSelect={() => void run("extend", MORE_MINUTES)}>
              <Plus aria-hidden />
              {t("verbs.extend", { minutes: MORE_MINUTES })}
            </DropdownMenuItem>
          )}
          {mayPause(channel) && (
            <DropdownMenuItem onSelect={() => void run("pause")}>
              <Pause aria-hidden />
              {t("verbs.pause")}
            </DropdownMenuItem>
          )}
          {state === "paused" && (
            <DropdownMenuItem onSelect={() => void run("resume")}>
              <Play aria-hidden />
              {t("verbs.resume")}
            </DropdownMenuItem>
          )}
          <DropdownMenuSeparator />
          {status !== "stopped" && state !== "ending" && (
            <DropdownMenuItem onSelect={() => setShown("end")} className="text-crit-text">
              <Square aria-hidden />
              {t("verbs.endNow")}
            </DropdownMenuItem>
          )}
          <DropdownMenuItem onSelect={() => setShown("delete")} className="text-crit-text">
            <Trash2 aria-hidden />
            {t("verbs.delete")}
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {shown === "end" && <EndNowDialog channel={channel} actions={actions} onClose={close} returnTo={trigger} />}
      {shown === "delete" && <DeleteChannel channel={channel} actions={actions} onClose={close} returnTo={trigger} />}
    </>
  );
}
