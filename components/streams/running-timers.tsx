"use client";
import { CirclePause, Hourglass } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatTime } from "@/lib/format";
import type { Channel } from "@/lib/streams/schema";
import { useTimeZone } from "../clock";
import type { StreamActions } from "./actions";
import { clockText, runningTimers, secondsLeft } from "./countdown";
import { Countdown, CountdownBar } from "./countdown-clock";
import { channelHref } from "./href";
import { SourceName } from "./source-name";
import { ChannelBadge } from "./status";
import { useServerNow } from "./stream-clock";
import { TimerButtons } from "./timer-buttons";

interface RunningTimersProps {
  channels: readonly Channel[];
  /** Null for whoever may only look. */
  actions: StreamActions | null;
}

/** More would push the channels off the page. */
const SHOWN = 6;

/** Channels that are about to be ended, soonest first, and timers that are held up. */
export function RunningTimers({ channels, actions }: RunningTimersProps) {
  const t = useTranslations("streams.timer");
  const { ending, waiting } = runningTimers(channels, useServerNow());
  const more = Math.max(0, ending.length - SHOWN) + Math.max(0, waiting.length - SHOWN);
  if (ending.length + waiting.length === 0) return null;
  return (
    <section
      aria-label={t("title")}
      className="overflow-hidden rounded-lg border border-warn-line bg-card [&>*+*]:border-t [&>*]:border-warn-line"
    >
      {ending.slice(0, SHOWN).map((channel) => (
        <EndingTimer key={channel.channel_id} channel={channel} actions={actions} />
      ))}
      {waiting.slice(0, SHOWN).map((channel) => (
        <WaitingTimer key={channel.channel_id} channel={channel} actions={actions} />
      ))}
      {more > 0 && <p className="px-3 py-1.5 text-muted-foreground text-xs">{t("more", { count: more })}</p>}
    </section>
  );
}

interface TimerProps {
  channel: Channel;
  actions: StreamActions | null;
}

function EndingTimer({ channel, actions }: TimerProps) {
  const t = useTranslations("streams.timer");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const { auto_end } = channel;
  return (
    <article
      data-ending={channel.channel_id}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 bg-warn-soft px-3 py-3"
    >
      <span className="flex size-9 shrink-0 items-center justify-center rounded-lg border border-warn-line text-warn-text">
        <Hourglass aria-hidden className="icon-16" />
      </span>
      <div className="min-w-36 flex-1">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2">
          <ChannelName channel={channel} />
          <ChannelBadge status={channel.status} className="max-md:hidden" />
          <SourceName channel={channel} className="text-foreground-2" />
        </p>
        <p className="mt-0.5 text-foreground-2 text-sm">
          {auto_end.deadline !== null &&
            t("stopsAt", { time: formatTime(new Date(auto_end.deadline), { locale, timeZone, style: "time" }) })}
        </p>
      </div>
      <Countdown timer={auto_end} className="font-semibold text-2xl text-warn-text" />
      <CountdownBar timer={auto_end} />
      {actions && <TimerButtons channel={channel} actions={actions} />}
    </article>
  );
}

function WaitingTimer({ channel, actions }: TimerProps) {
  const t = useTranslations("streams.timer");
  const { state } = channel.auto_end;
  const left = secondsLeft(channel.auto_end, 0);
  return (
    <article className="flex min-h-[38px] flex-wrap items-center gap-2 px-3 py-1.5 text-sm">
      <CirclePause aria-hidden className="icon-14 text-idle" />
      <p className="min-w-0 flex-1 text-foreground-2">
        <ChannelName channel={channel} />{" "}
        {state === "ending" ? t("ending") : t("suspended", { left: left === null ? "none" : clockText(left) })}
      </p>
      {actions && <TimerButtons channel={channel} actions={actions} />}
    </article>
  );
}

function ChannelName({ channel }: { channel: Channel }) {
  return (
    <Link href={channelHref(channel.channel_id)} prefetch={false} className="truncate rounded-sm font-semibold text-sm">
      {channel.name}
    </Link>
  );
}
