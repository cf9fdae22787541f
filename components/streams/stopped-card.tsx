"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Channel } from "@/lib/streams/schema";
import { Card, CardHead } from "../ui/card";
import type { StreamActions } from "./actions";
import { ChannelMenu } from "./channel-menu";
import { DataAge } from "./data-age";
import { channelHref } from "./href";
import { SourceName } from "./source-name";
import { ChannelBadge } from "./status";

interface StoppedCardProps {
  channels: readonly Channel[];
  actions: StreamActions | null;
}

/** Channels that are off the air, a line each. */
export function StoppedCard({ channels, actions }: StoppedCardProps) {
  const t = useTranslations("streams");
  return (
    <Card>
      <CardHead title={t("filters.stopped")} meta={t("channels", { count: channels.length })} />
      <ul>
        {channels.map((channel) => (
          <li
            key={channel.channel_id}
            data-channel={channel.channel_id}
            className="grid min-h-[38px] grid-cols-[104px_minmax(0,2fr)_minmax(0,2fr)_minmax(0,3fr)_120px_24px] items-center gap-x-3 border-b px-3 py-1 text-sm last:border-b-0 max-md:grid-cols-[minmax(0,1fr)_auto_36px]"
          >
            <ChannelBadge status={channel.status} className="justify-self-start max-md:order-1" />
            <Link
              href={channelHref(channel.channel_id)}
              prefetch={false}
              className="truncate rounded-sm font-medium max-md:order-first"
            >
              {channel.name}
            </Link>
            <SourceName channel={channel} className="max-md:order-3" />
            <span className="truncate text-foreground-2 max-md:hidden" title={channel.last_error?.message}>
              {channel.last_error?.message}
            </span>
            <span className="justify-self-end max-md:order-4">
              <DataAge channel={channel} />
            </span>
            <span className="max-md:order-2">{actions && <ChannelMenu channel={channel} actions={actions} />}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
