import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AnalyticsCards } from "@/components/streams/analytics-cards";
import { ListenerHistoryChart } from "@/components/streams/listener-history-chart";
import { PeriodChoice } from "@/components/streams/period-choice";
import { StreamClock } from "@/components/streams/stream-clock";
import { TopTracks } from "@/components/streams/top-tracks";
import { requireUser } from "@/lib/http/actor";
import { listenerHistory, streamSummary, topTracks } from "@/lib/streams/analytics";
import { PERIODS } from "@/lib/streams/analytics-schema";

const SHOWN_TRACKS = 50;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("streamAnalytics") };
}

interface AnalyticsPageProps {
  searchParams: Promise<{ period?: string | string[] }>;
}

export default async function AnalyticsPage({ searchParams }: AnalyticsPageProps) {
  const actor = await requireUser();
  const asked = (await searchParams).period;
  const period = PERIODS.find((one) => one === asked) ?? PERIODS[0];
  const [summary, history, top] = await Promise.all([
    streamSummary(actor, period),
    listenerHistory(actor, period),
    topTracks(actor, period, { limit: SHOWN_TRACKS }),
  ]);
  return (
    <StreamClock asOf={Date.now()}>
      <div className="grid grid-cols-1 gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <PeriodChoice period={period} />
        </div>
        <AnalyticsCards summary={summary} />
        <ListenerHistoryChart history={history} />
        <TopTracks tracks={top.tracks} />
      </div>
    </StreamClock>
  );
}
