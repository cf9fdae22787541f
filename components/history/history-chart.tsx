import { X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Thresholds } from "@/lib/health/schema";
import type { Comparison, QueryResult } from "@/lib/metrics/schema";
import type { Unit } from "@/lib/probe";
import { seriesKey } from "../charts/chart-data";
import type { ChartLink } from "../charts/chart-menu";
import type { Earlier } from "../charts/chart-tooltip";
import type { ChartMark } from "../charts/marks";
import { TimeSeries } from "../charts/time-series";
import { thresholdLines } from "../server/lines";
import { Button } from "../ui/button";
import { type ChosenChart, type HistoryState, historyAddress } from "./address";
import { ChooseInstances } from "./choose-instances";
import { PLOT_HEIGHT } from "./history-grid";
import { isOf, linesOf, marksOf } from "./lines";
import { exportAddress, selectorsOf } from "./questions";
import { moved } from "./selection";
import { SummaryTable } from "./summary-table";

/** Why a chart cannot be drawn. */
export type Problem = "noServer" | "noMetric" | "tooMuch";

export interface ReadChart {
  chart: ChosenChart;
  /** What the catalog says of the metric. */
  unit: Unit;
  help: string;
  problem: Problem | null;
  /** Name of the query that feeds it, and what that found. */
  query: string;
  series: QueryResult["series"];
  /** Series of both ranges, where two are compared. */
  compared: Comparison["series"];
}

interface HistoryChartProps {
  state: HistoryState;
  index: number;
  read: ReadChart;
  thresholds: Thresholds;
  earlier: Earlier | undefined;
  /** What happened to its server. */
  marks: readonly ChartMark[] | undefined;
}

export function HistoryChart({ state, index, read, thresholds, earlier, marks: events }: HistoryChartProps) {
  const t = useTranslations("history");
  const words = useTranslations("server");
  const { chart, problem } = read;
  const { lines, left } = linesOf(chart, read.series, earlier?.label ?? null);
  const marks = marksOf(chart.metric, thresholds);
  const found = read.series.some((one) => isOf(chart, one));
  const reason = problem
    ? t(problem, { server: chart.server, metric: chart.metric })
    : found
      ? t("noValues")
      : t("nothing", { metric: chart.metric, server: chart.server });
  return (
    <TimeSeries
      id={`${chart.server}-${chart.metric}-${index + 1}`}
      title={chart.metric}
      help={read.help}
      detail={t("of", { server: chart.server })}
      unit={read.unit}
      query={read.query}
      lines={lines}
      thresholds={marks ? thresholdLines(words, marks) : []}
      facts={left > 0 ? [{ label: t("notDrawn"), value: t("left", { count: left }) }] : []}
      height={PLOT_HEIGHT}
      unavailable={lines.length === 0 ? reason : undefined}
      earlier={earlier}
      marks={events}
      links={useLinks({ state, index, chart })}
      actions={<Actions {...{ state, index, chart, series: read.series }} />}
      footer={
        earlier && (
          <SummaryTable
            metric={chart.metric}
            unit={read.unit}
            before={earlier.label}
            rows={lines.flatMap((line) => {
              const series = read.compared.find((one) => seriesKey(one.metric, one.labels) === line.key);
              return series ? [{ line, series }] : [];
            })}
          />
        )
      }
    />
  );
}

type Place = Pick<HistoryChartProps, "state" | "index"> & { chart: ChosenChart };

function useLinks({ state, index, chart }: Place): ChartLink[] {
  const t = useTranslations("history");
  const at = (by: number) => historyAddress({ ...state, charts: moved(state.charts, index, by) });
  const { from, to } = state.window;
  const source = { server: chart.server, metrics: selectorsOf(chart) };
  const file = (format: "csv" | "json") => exportAddress(source, { from, to, format });
  return [
    { label: t("samplesCsv"), href: file("csv"), icon: "file" },
    { label: t("samplesJson"), href: file("json"), icon: "file" },
    ...(index > 0 ? [{ label: t("moveEarlier"), href: at(-1), icon: "earlier" } as const] : []),
    ...(index < state.charts.length - 1 ? [{ label: t("moveLater"), href: at(1), icon: "later" } as const] : []),
  ];
}

function Actions({ state, index, chart, series }: Place & { series: QueryResult["series"] }) {
  const t = useTranslations("history");
  const label = t("remove", { metric: chart.metric });
  const charts = state.charts.filter((_, at) => at !== index);
  const labelled =
    chart.instances.length > 0 ||
    series.some((one) => one.metric === chart.metric && Object.keys(one.labels).length > 0);
  return (
    <>
      {labelled && <ChooseInstances state={state} index={index} chart={chart} />}
      <Button asChild variant="ghost" size="icon-sm">
        <Link
          href={historyAddress({ ...state, charts })}
          scroll={false}
          prefetch={false}
          aria-label={label}
          title={label}
        >
          <X aria-hidden />
        </Link>
      </Button>
    </>
  );
}
