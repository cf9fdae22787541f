"use client";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { formatNumber } from "@/lib/format";
import { type Channel, isOnAir } from "@/lib/streams/schema";
import { type Totals, totalsOf } from "../streams/arrange";
import { CountdownBadge } from "../streams/countdown-clock";
import { channelHref } from "../streams/href";
import { ListenerLine, type ListenerLines } from "../streams/listener-line";
import { ChannelBadge } from "../streams/status";
import { StreamClock } from "../streams/stream-clock";
import { Progress } from "../streams/track-line";
import { useChannels } from "../streams/use-channels";
import { Card, CardHead } from "../ui/card";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";

interface StreamsCardProps {
  /** Those on air that most listen to, as they were when the page was made, and all together. */
  channels: readonly Channel[];
  totals: Pick<Totals, "onAir" | "listeners">;
  lines: Promise<ListenerLines>;
  /** Server's time of that, ms. */
  asOf: number;
}

/** What fits beside the rest; the list has them all. */
const SHOWN = 6;

/** The channels on air that most people listen to, and before them those about to be ended. */
export function StreamsCard({ channels: initial, totals: first, lines, asOf }: StreamsCardProps) {
  const t = useTranslations("streams.overview");
  const channels = useChannels(initial);
  const onAir = useMemo(() => channels.filter(({ status }) => isOnAir(status)).sort(endingFirst), [channels]);
  const totals = channels === initial ? first : totalsOf(channels);
  return (
    <StreamClock asOf={asOf}>
      <Card>
        <CardHead
          title={t("title")}
          meta={t("meta", { count: totals.onAir, listeners: totals.listeners })}
          actions={
            <Link
              href="/streams"
              className="inline-flex h-7 items-center gap-1 rounded-sm font-medium text-primary-text text-xs max-md:h-9"
            >
              {t("all")}
              <ChevronRight aria-hidden className="icon-12" />
            </Link>
          }
        />
        {onAir.length === 0 ? (
          <p className="p-3 text-muted-foreground text-sm">{t("none")}</p>
        ) : (
          <OnAirTable channels={onAir.slice(0, SHOWN)} lines={lines} />
        )}
      </Card>
    </StreamClock>
  );
}

function endingFirst(a: Channel, b: Channel): number {
  const ending = ({ auto_end }: Channel) => Number(auto_end.state === "armed" && auto_end.warnings_sent.length > 0);
  return ending(b) - ending(a) || (b.listeners ?? -1) - (a.listeners ?? -1);
}

function OnAirTable({ channels, lines }: { channels: readonly Channel[]; lines: Promise<ListenerLines> }) {
  const t = useTranslations("streams.overview");
  return (
    <Table aria-label={t("title")} className="table-fixed">
      <TableHead>
        <tr>
          <TableHeader className="w-[118px] max-md:w-[108px]">{t("status")}</TableHeader>
          <TableHeader>{t("channel")}</TableHeader>
          <TableHeader className="max-md:hidden">{t("track")}</TableHeader>
          <TableHeader className="w-[150px] max-lg:hidden">{t("progress")}</TableHeader>
          <TableHeader className="w-[132px] text-right max-md:w-20">{t("listeners")}</TableHeader>
          <TableHeader className="w-[84px] text-right max-md:hidden">{t("queue")}</TableHeader>
        </tr>
      </TableHead>
      <tbody>
        {channels.map((channel) => (
          <OnAirRow key={channel.channel_id} channel={channel} lines={lines} />
        ))}
      </tbody>
    </Table>
  );
}

function OnAirRow({ channel, lines }: { channel: Channel; lines: Promise<ListenerLines> }) {
  const locale = useLocale();
  const t = useTranslations("streams");
  const { listeners, queue_size, auto_end } = channel;
  const number = (value: number | null) => (value === null ? t("unknown") : formatNumber(value, locale, 0));
  const ending = auto_end.state === "armed";
  return (
    <TableRow className="relative transition-colors hover:bg-hover">
      <TableCell>
        <ChannelBadge status={channel.status} />
      </TableCell>
      <TableCell className="truncate">
        {/* Its area is the whole row. */}
        <Link
          href={channelHref(channel.channel_id)}
          prefetch={false}
          className="font-medium normal-nums after:absolute after:inset-0"
        >
          {channel.name}
        </Link>
      </TableCell>
      <TableCell className="truncate text-foreground-2 max-md:hidden" title={channel.current_track?.title}>
        {channel.current_track?.title ?? (channel.status === "placeholder" ? t("placeholderPlays") : t("noTrack"))}
      </TableCell>
      <TableCell className="max-lg:hidden">
        <Progress channel={channel} />
      </TableCell>
      <TableCell className="text-right">
        <span className="flex items-center justify-end gap-2">
          <span className="max-md:hidden">
            <ListenerLine channel={channel} lines={lines} width={54} height={20} />
          </span>
          <span className={ending ? "text-warn-text" : undefined}>{number(listeners)}</span>
        </span>
      </TableCell>
      <TableCell className="text-right max-md:hidden">
        {ending ? <CountdownBadge timer={auto_end} /> : queue_size !== null && number(queue_size)}
      </TableCell>
    </TableRow>
  );
}
