import { ChartLine } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { ChartBoard } from "@/components/charts/board";
import { MarkList } from "@/components/charts/mark-list";
import { RangePicker } from "@/components/charts/range-picker";
import { AddCharts } from "@/components/history/add-charts";
import {
  type Compare,
  chartText,
  type HistoryState,
  historyAddress,
  parseHistory,
  shiftSeconds,
  USUAL_CHARTS,
  USUAL_PERIOD,
} from "@/components/history/address";
import { CompareChoice } from "@/components/history/compare-choice";
import { ComparedRanges } from "@/components/history/compared-ranges";
import { ExportMenu } from "@/components/history/export-menu";
import { HistoryChart } from "@/components/history/history-chart";
import { HistoryGrid } from "@/components/history/history-grid";
import { exportAddress } from "@/components/history/questions";
import { RefreshEvery } from "@/components/history/refresh-every";
import { ChartFeed } from "@/components/server/chart-feed";
import type { Locator } from "@/components/server/locate";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { requireUser } from "@/lib/http/actor";
import { settings } from "@/lib/settings/queries";
import { type HistoryReading, readHistory, readServerMarks } from "./read";

interface HistoryPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("history"))("title") };
}

export default async function HistoryPage({ searchParams }: HistoryPageProps) {
  const actor = await requireUser();
  const asOf = Date.now() / 1000;
  const state = parseHistory(await searchParams, Math.floor(asOf));
  const [reading, marks, { thresholds }] = await Promise.all([
    readHistory(actor, state),
    readServerMarks(actor, state),
    settings(),
  ]);
  // What concerns all servers is among the marks of each.
  const events = new Map([...marks.values()].flat().map((mark) => [mark.id, mark]));
  const t = await getTranslations("history");
  const label = t(`before.${typeof state.compare === "number" ? "other" : (state.compare ?? "previous")}`);
  const earlier = reading.shiftSeconds === null ? undefined : { label, shiftSeconds: reading.shiftSeconds };
  return (
    <ChartBoard window={state.window} initial={reading.initial}>
      <Toolbar state={state} reading={reading} label={label} />
      {state.compare !== null && (
        <ComparedRanges shown={state.window} before={rangeBefore(state, state.compare)} label={label} />
      )}
      <div className="mb-2.5 empty:hidden">
        <MarkList marks={[...events.values()]} />
      </div>
      <Freshness state={state} reading={reading} asOf={asOf} />
      {reading.charts.length === 0 ? (
        <Card>
          <Empty icon={ChartLine} title={t("emptyTitle")} text={t("empty")}>
            <Button asChild>
              <Link href={historyAddress({ ...state, charts: USUAL_CHARTS })}>{t("usual")}</Link>
            </Button>
          </Empty>
        </Card>
      ) : (
        <HistoryGrid>
          {reading.charts.map((read, index) => (
            <HistoryChart
              key={chartText(read.chart)}
              {...{ state, index, read, thresholds, earlier }}
              marks={marks.get(read.chart.server)}
            />
          ))}
        </HistoryGrid>
      )}
    </ChartBoard>
  );
}

const rangeBefore = ({ window: { from, to } }: HistoryState, compare: Compare) => {
  const shift = shiftSeconds(compare, { from, to });
  return { from: from - shift, to: to - shift };
};

interface Shown {
  state: HistoryState;
  reading: HistoryReading;
}

async function Toolbar({ state, reading, label }: Shown & { label: string }) {
  const t = await getTranslations("history");
  const { compare, window } = state;
  const ranges = [
    { name: t("shown"), range: window },
    ...(compare === null ? [] : [{ name: label, range: rangeBefore(state, compare) }]),
  ];
  const groups = reading.questions.flatMap((question) =>
    ranges.map(({ name, range }) => ({
      label: compare === null ? question.server : `${question.server}, ${name}`,
      files: [
        { label: t("samplesCsv"), href: exportAddress(question, { ...range, format: "csv" }) },
        { label: t("samplesJson"), href: exportAddress(question, { ...range, format: "json" }) },
      ],
    })),
  );
  return (
    <div className="mb-2.5 flex flex-wrap items-center gap-2">
      <AddCharts state={state} />
      <CompareChoice state={state} />
      <ExportMenu groups={groups} />
      <RangePicker usual={USUAL_PERIOD} className="md:ml-auto" />
    </div>
  );
}

/** A comparison is made anew as a whole, and seldom; single ranges take their new steps by themselves. */
const LEAST_REFRESH_SECONDS = 30;

function Freshness({ state, reading, asOf }: Shown & { asOf: number }) {
  if (state.window.period === null) return null;
  const steps = Object.values(reading.initial).map(({ result }) => result.step_s);
  if (state.compare !== null) return <RefreshEvery seconds={Math.max(LEAST_REFRESH_SECONDS, ...steps)} />;
  return reading.questions.map((question) => (
    <ChartFeed
      key={question.name}
      server={question.server}
      queries={[{ name: question.name, metrics: question.metrics, points: question.points }]}
      locators={NO_LOCATORS}
      asOf={asOf}
    />
  ));
}

/** Live samples are for a server's own page: here the history is asked, at least every 5 s. */
const NO_LOCATORS: readonly Locator[] = [];
