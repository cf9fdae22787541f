// What the page of a channel shows besides the channel itself.
import { getTranslations } from "next-intl/server";
import type { BoardAnswer } from "@/components/charts/board";
import type { ChartMark } from "@/components/charts/marks";
import { pointsOf, type TimeWindow } from "@/components/charts/time-window";
import { CHANNEL_METRICS } from "@/components/streams/history-address";
import { metricCatalog } from "@/lib/metrics/catalog";
import { readSeries } from "@/lib/metrics/read";
import { settings } from "@/lib/settings/queries";
import { listEvents, listPlays } from "@/lib/streams/history";
import { channelSubject } from "@/lib/streams/queries";
import type { Play } from "@/lib/streams/schema";
import type { Actor } from "@/lib/users/permissions";

const SHOWN_PLAYS = 30;
const SHOWN_EVENTS = 100;
/** More marks than that nobody can tell apart. */
const MOST_MARKS = 200;

/** @throws AppError when the actor may not read channels, or there is none of that id */
export async function readChannel(actor: Actor, channelId: string, window: TimeWindow) {
  const span = { from: new Date(window.from * 1_000), to: new Date(window.to * 1_000) };
  const [answer, marked, { plays }, { events }] = await Promise.all([
    readBoard(actor, channelId, window),
    listPlays(actor, channelId, { limit: MOST_MARKS, ...span }),
    listPlays(actor, channelId, { limit: SHOWN_PLAYS }),
    listEvents(actor, channelId, { limit: SHOWN_EVENTS }),
  ]);
  return { initial: { main: answer }, marks: await marksOf(marked.plays), plays, events };
}

/** The charts' series; one that has no sample yet is there all the same, so that live ones find their place. */
async function readBoard(actor: Actor, channelId: string, { from, to, ...window }: TimeWindow): Promise<BoardAnswer> {
  const [subject, { sampling_interval_seconds }] = await Promise.all([channelSubject(actor, channelId), settings()]);
  const read = await readSeries({
    subject: subject.id,
    selectors: CHANNEL_METRICS.map((metric) => ({ metric })),
    from: Math.floor(from * 1_000),
    to: Math.ceil(to * 1_000),
    points: pointsOf({ from, to, ...window }),
  });
  const none = read.ts.map(() => null);
  const series = CHANNEL_METRICS.map((metric) => ({
    ...{ metric, labels: {}, instance: "", unit: metricCatalog().get(metric)?.unit ?? "count" },
    interval_s: sampling_interval_seconds,
    ...(read.series.find((one) => one.metric === metric) ?? { avg: none, min: none, max: none }),
  }));
  return { result: { step_s: read.stepSeconds, since: subject.since, ts: read.ts, series }, span: { from, to } };
}

/** A mark where each track began. */
async function marksOf(plays: readonly Play[]): Promise<ChartMark[]> {
  const t = await getTranslations("streams.charts");
  return plays.map(({ started_at, track }) => ({
    at: Date.parse(started_at) / 1_000,
    label: t("mark", { title: track.title }),
    kind: "plain",
  }));
}
