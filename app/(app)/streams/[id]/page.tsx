import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { ChartBoard } from "@/components/charts/board";
import { RangePicker } from "@/components/charts/range-picker";
import { timeWindow } from "@/components/charts/time-window";
import { ChannelCharts } from "@/components/streams/channel-charts";
import { ChannelView } from "@/components/streams/channel-view";
import { EventsCard } from "@/components/streams/events-card";
import { PlaysCard } from "@/components/streams/plays-card";
import { requireUser } from "@/lib/http/actor";
import { channelDetail } from "@/lib/streams/queries";
import { streamActionsOf } from "../stream-actions";
import { readChannel } from "./read";

interface ChannelPageProps {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: ChannelPageProps): Promise<Metadata> {
  const id = idOf(await params);
  return { title: (await channelAt(id))?.name ?? id ?? "" };
}

/** Once for the title and the page. */
const channelAt = cache(async (id: string | null) => (id === null ? null : channelDetail(await requireUser(), id)));

export default async function ChannelPage({ params, searchParams }: ChannelPageProps) {
  const actor = await requireUser();
  const id = idOf(await params);
  const detail = await channelAt(id);
  if (!detail) notFound();
  const { webhook, ...channel } = detail;
  const asOf = Date.now();
  const window = timeWindow(await searchParams, asOf / 1_000);
  const { initial, marks, plays, events } = await readChannel(actor, channel.channel_id, window);
  return (
    <ChartBoard window={window} initial={initial}>
      <ChannelView
        channel={channel}
        webhook={webhook}
        asOf={asOf}
        actions={streamActionsOf(actor)}
        period={
          <div className="mb-2.5 flex">
            <RangePicker />
          </div>
        }
        charts={<ChannelCharts marks={marks} polled={channel.source.kind !== "push"} />}
        plays={<PlaysCard plays={plays} />}
        events={<EventsCard events={events} />}
      />
    </ChartBoard>
  );
}

/** Null for what no address of ours is. */
function idOf({ id }: { id: string }): string | null {
  try {
    return decodeURIComponent(id);
  } catch {
    return null;
  }
}
