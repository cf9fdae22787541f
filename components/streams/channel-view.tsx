"use client";
import { RadioTower } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Channel } from "@/lib/streams/schema";
import { Card } from "../ui/card";
import { Empty } from "../ui/empty";
import type { StreamActions } from "./actions";
import { AutoEndCard } from "./auto-end-card";
import type { Webhook } from "./channel-dialog";
import { ChannelFacts } from "./channel-facts";
import { ChannelFeed } from "./channel-feed";
import { ChannelTitle } from "./channel-title";
import { StreamClock } from "./stream-clock";
import { TrackLine } from "./track-line";
import { useChannel } from "./use-channels";

interface ChannelViewProps {
  /** As it was when the page was made. */
  channel: Channel;
  webhook: Webhook | null;
  /** Server's time of that, ms. */
  asOf: number;
  /** Null for whoever may only look. */
  actions: StreamActions | null;
  /** Over the charts. */
  period: ReactNode;
  charts: ReactNode;
  plays: ReactNode;
  events: ReactNode;
}

/** The page of one channel, live. */
export function ChannelView({ channel: initial, webhook, asOf, actions, ...parts }: ChannelViewProps) {
  const channel = useChannel(initial);
  if (!channel) return <Gone />;
  return (
    <StreamClock asOf={asOf}>
      <ChannelFeed channel={channel} asOf={asOf / 1_000} />
      <ChannelTitle channel={channel} webhook={webhook} actions={actions} />
      <Card className="mt-2 mb-2.5 px-3 py-2.5">
        <TrackLine channel={channel} />
      </Card>
      <ChannelFacts channel={channel} />
      {parts.period}
      {parts.charts}
      <div className="mt-2.5 grid grid-cols-[minmax(0,7fr)_minmax(0,5fr)] items-start gap-2.5 max-lg:grid-cols-1">
        {parts.plays}
        <div className="grid gap-2.5">
          <AutoEndCard channel={channel} actions={actions} />
          {parts.events}
        </div>
      </div>
    </StreamClock>
  );
}

function Gone() {
  const t = useTranslations("streams");
  return (
    <Card>
      <Empty icon={RadioTower} title={t("gone")} />
    </Card>
  );
}
