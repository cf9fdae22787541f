"use client";
import { RadioTower, Search } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import type { Thresholds } from "@/lib/health/schema";
import type { Channel } from "@/lib/streams/schema";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Empty } from "../ui/empty";
import type { StreamActions } from "./actions";
import { arrangeChannels, type StreamsQuery, streamsAddress, totalsOf, UNFILTERED } from "./arrange";
import { ChannelCard } from "./channel-card";
import type { ListenerLines } from "./listener-line";
import { RunningTimers } from "./running-timers";
import { StoppedCard } from "./stopped-card";
import { StreamClock } from "./stream-clock";
import { type ListenerNote, SummaryCards, type TotalLines } from "./summary-cards";
import { Toolbar } from "./toolbar";
import { useChannels } from "./use-channels";

interface StreamsPanelProps {
  /** As they were when the page was made. */
  channels: readonly Channel[];
  /** Server's time of that, ms. */
  asOf: number;
  query: StreamsQuery;
  lines: Promise<ListenerLines>;
  totalLines: Promise<TotalLines>;
  note: ListenerNote;
  thresholds: Thresholds;
  /** Null for whoever may only look. */
  actions: StreamActions | null;
}

/** All channels, live: sums, timers about to end one, cards, and those that are off the air. */
export function StreamsPanel({ channels: initial, asOf, query: asked, ...props }: StreamsPanelProps) {
  const channels = useChannels(initial);
  const { query, change } = useQuery(asked);
  const arranged = useMemo(() => arrangeChannels(channels, query), [channels, query]);
  const totals = useMemo(() => totalsOf(channels), [channels]);
  const { lines, totalLines, note, thresholds, actions } = props;
  return (
    <StreamClock asOf={asOf}>
      <div className="grid grid-cols-1 gap-3">
        <SummaryCards totals={totals} lines={totalLines} note={note} thresholds={thresholds} />
        <RunningTimers channels={channels} actions={actions} />
        {channels.length === 0 ? (
          <NoChannels />
        ) : (
          <>
            <Toolbar query={query} arranged={arranged} change={change} />
            <Cards channels={arranged.cards} lines={lines} actions={actions} />
            {arranged.stopped.length > 0 && <StoppedCard channels={arranged.stopped} actions={actions} />}
            {arranged.cards.length + arranged.stopped.length === 0 && <NoMatch clear={() => change(UNFILTERED)} />}
          </>
        )}
      </div>
    </StreamClock>
  );
}

/** What is chosen, kept in the address without asking for the page anew. */
function useQuery(asked: StreamsQuery) {
  const [query, setQuery] = useState(asked);
  const change = (changes: Partial<StreamsQuery>) => {
    const next = { ...query, ...changes };
    setQuery(next);
    window.history.replaceState(null, "", `${window.location.pathname}${streamsAddress(next)}`);
  };
  return { query, change };
}

/** A screen or two: more take their time to draw each time one of them changes. */
const PAGE = 40;

function Cards({
  channels,
  lines,
  actions,
}: {
  channels: Channel[];
  lines: Promise<ListenerLines>;
  actions: StreamActions | null;
}) {
  const t = useTranslations("streams");
  const [shown, setShown] = useState(PAGE);
  if (channels.length === 0) return null;
  return (
    <>
      <div className="grid grid-cols-4 gap-3 max-xl:grid-cols-3 max-lg:grid-cols-2 max-md:grid-cols-1">
        {channels.slice(0, shown).map((channel) => (
          <ChannelCard key={channel.channel_id} channel={channel} lines={lines} actions={actions} />
        ))}
      </div>
      {channels.length > shown && (
        <Button className="justify-self-center" onClick={() => setShown(shown + PAGE)}>
          {t("showMore", { count: channels.length - shown })}
        </Button>
      )}
    </>
  );
}

function NoChannels() {
  const t = useTranslations("streams");
  return (
    <Card>
      <Empty icon={RadioTower} title={t("emptyTitle")} text={t("empty")}>
        <Button asChild variant="primary">
          <Link href="/streams/sources">{t("sources")}</Link>
        </Button>
        <Button asChild>
          <Link href="/docs/Streams">{t("emptyApi")}</Link>
        </Button>
      </Empty>
    </Card>
  );
}

function NoMatch({ clear }: { clear(): void }) {
  const t = useTranslations("streams");
  return (
    <Card>
      <Empty icon={Search} title={t("noMatch")}>
        <Button size="sm" onClick={clear}>
          {t("clear")}
        </Button>
      </Empty>
    </Card>
  );
}
