"use client";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber, formatPercent } from "@/lib/format";
import type { Channel } from "@/lib/streams/schema";
import { cn } from "@/lib/utils";
import type { StreamActions } from "./actions";
import { ChannelMenu } from "./channel-menu";
import { CountdownBadge } from "./countdown-clock";
import { DataAge } from "./data-age";
import { channelHref } from "./href";
import { ListenerLine, type ListenerLines } from "./listener-line";
import { SourceName } from "./source-name";
import { ChannelBadge } from "./status";
import { TrackLine } from "./track-line";

interface ChannelCardProps {
  channel: Channel;
  lines: Promise<ListenerLines>;
  /** Null for whoever may only look. */
  actions: StreamActions | null;
}

const LINE_HEIGHT = 42;

/** One channel: what it sends, to how many, and how old that is. */
export function ChannelCard({ channel, lines, actions }: ChannelCardProps) {
  const { channel_id, name, status, auto_end } = channel;
  const counting = auto_end.state === "armed";
  return (
    <article
      data-channel={channel_id}
      className={cn(
        "flex min-w-0 flex-col rounded-lg border bg-card",
        counting && "border-warn-line",
        status === "unknown" && "border-idle border-dashed",
      )}
    >
      <div className="grid flex-1 content-start gap-2 px-3 pt-2 pb-2.5">
        <div>
          <div className="flex h-6 items-center gap-2">
            <h2 className="min-w-0 flex-1 truncate font-semibold text-sm">
              <Link href={channelHref(channel_id)} prefetch={false} className="rounded-sm" title={name}>
                {name}
              </Link>
            </h2>
            <ChannelBadge status={status} />
            {actions && <ChannelMenu channel={channel} actions={actions} />}
          </div>
          <div className="flex items-baseline justify-between gap-2">
            <SourceName channel={channel} />
            <DataAge channel={channel} />
          </div>
        </div>
        <TrackLine channel={channel} />
        <div className="grid grid-cols-[auto_minmax(0,1fr)] items-end gap-4">
          <Listeners channel={channel} />
          <ListenerLine channel={channel} lines={lines} height={LINE_HEIGHT} old={status === "unknown"} />
        </div>
      </div>
      <Foot channel={channel} />
    </article>
  );
}

function Listeners({ channel: { listeners, auto_end } }: { channel: Channel }) {
  const t = useTranslations("streams");
  const locale = useLocale();
  if (listeners === null) {
    return (
      <p className="text-muted-foreground text-sm">
        {t("unknown")}
        <span className="block text-xs">{t("listenersWord", { count: 0 })}</span>
      </p>
    );
  }
  return (
    <p className={cn("font-semibold text-xl", auto_end.state === "armed" && "text-warn-text")}>
      {formatNumber(listeners, locale, 0)}
      <span className="block font-normal text-foreground-2 text-xs leading-4 tracking-normal">
        {t("listenersWord", { count: listeners })}
      </span>
    </p>
  );
}

function Foot({ channel }: { channel: Channel }) {
  const t = useTranslations("streams.foot");
  const locale = useLocale();
  const { queue_size, peak_today, uptime_percent_7d, auto_end } = channel;
  const counting = auto_end.state === "armed";
  const facts = [
    { name: t("queue"), value: queue_size === null ? null : formatNumber(queue_size, locale, 0) },
    { name: t("peak"), value: peak_today === null ? null : formatNumber(peak_today, locale, 0) },
    // The countdown takes its place.
    { name: t("up"), value: counting || uptime_percent_7d === null ? null : formatPercent(uptime_percent_7d, locale) },
  ];
  return (
    <div className="flex h-8 items-center gap-3 border-t px-3 text-xs">
      {facts.map(
        ({ name, value }) =>
          value !== null && (
            <span key={name} className="truncate text-muted-foreground">
              {name} <span className="font-medium text-foreground">{value}</span>
            </span>
          ),
      )}
      <span className="ml-auto">{counting && <CountdownBadge timer={auto_end} />}</span>
    </div>
  );
}
