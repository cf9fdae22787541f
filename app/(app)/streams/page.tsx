import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { AutoRefresh } from "@/components/refresh-choice";
import { readStreamsQuery } from "@/components/streams/arrange";
import { StreamsPanel } from "@/components/streams/streams-panel";
import { StreamsSkeleton } from "@/components/streams/streams-skeleton";
import { requireUser } from "@/lib/http/actor";
import { settings } from "@/lib/settings/queries";
import { streamSummary } from "@/lib/streams/analytics";
import { listChannels } from "@/lib/streams/queries";
import type { Actor } from "@/lib/users/permissions";
import { readListenerLines, readTotalLines } from "./lines";
import { streamActionsOf } from "./stream-actions";

const LINES_SECONDS = 60;

type SearchParams = Record<string, string | string[] | undefined>;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("streams") };
}

export default async function StreamsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireUser();
  const given = Object.entries(await searchParams).map(([name, value]) => [name, [value ?? ""].flat()[0] ?? ""]);
  return (
    <Suspense fallback={<StreamsSkeleton />}>
      <Streams actor={actor} parameters={new URLSearchParams(given)} />
    </Suspense>
  );
}

async function Streams({ actor, parameters }: { actor: Actor; parameters: URLSearchParams }) {
  const [channels, summary, { thresholds }] = await Promise.all([
    listChannels(actor),
    streamSummary(actor, "7d"),
    settings(),
  ]);
  return (
    <>
      {/* Channels come live; their lines do not. */}
      <AutoRefresh seconds={LINES_SECONDS} />
      <StreamsPanel
        channels={channels}
        asOf={Date.now()}
        query={readStreamsQuery(parameters)}
        lines={readListenerLines(actor, channels)}
        totalLines={readTotalLines()}
        note={{ peakToday: summary.peak_today, weekAverage: summary.average_week }}
        thresholds={thresholds}
        actions={streamActionsOf(actor)}
      />
    </>
  );
}
