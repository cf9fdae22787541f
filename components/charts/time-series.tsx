"use client";
// A chart of series over time: lines or stacked areas, thresholds, gaps, and a legend that is the read-out.
import { useTranslations } from "next-intl";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { useBoard } from "./board";
import { ChartBody } from "./chart-body";
import { ChartCard, ChartUnavailable } from "./chart-card";
import type { ChartData } from "./chart-data";
import { type ChartLink, ChartMenu } from "./chart-menu";
import { ChartTable } from "./chart-table";
import type { Earlier } from "./chart-tooltip";
import { csvFile, download, pictureCsv } from "./csv";
import { withEarlier } from "./earlier";
import { FullScreen } from "./full-screen";
import type { ChartFact } from "./legend";
import type { ChartMark } from "./marks";
import { AXIS_HEIGHT } from "./paint";
import { periodText } from "./period-text";
import type { ChartKind, ChartLine } from "./picture";
import type { Threshold } from "./plot-frame";
import type { PrintedChart } from "./print";
import { legendTexts, shownValue } from "./readings";
import type { ChartUnit } from "./unit-scale";
import { type Chart, useChart } from "./use-chart";

export interface TimeSeriesProps {
  /** Unique on its page. */
  id: string;
  title: string;
  /** What it shows, in a sentence. */
  help?: string | undefined;
  /** Behind the unit in the head: `of 16 cores`, `on nvme0n1`; without it the ceiling. */
  detail?: string;
  unit: ChartUnit;
  kind?: ChartKind;
  lines: readonly ChartLine[];
  /** Which of the board's queries feeds it. */
  query?: string;
  /** The value axis reaches at least up to here, in the stored unit. */
  ceiling?: number | undefined;
  thresholds?: readonly Threshold[];
  /** Stacked: name of the sum in the tooltip. */
  total?: string;
  facts?: readonly ChartFact[];
  /** Pixels of the plot: 122 in a first row, 72 in others. */
  height?: number;
  /** Why there is nothing to draw, where that is known. */
  unavailable?: string | undefined;
  /** The range that lines with `earlier` are of. */
  earlier?: Earlier | undefined;
  /** What happened, in place of the page's marks. */
  marks?: readonly ChartMark[] | undefined;
  /** More entries of its menu. */
  links?: readonly ChartLink[];
  /** In its head, before the menu. */
  actions?: ReactNode;
  /** Under the plot. */
  footer?: ReactNode;
  className?: string;
}

const LOW = 72;
const LEGEND_HEIGHT = 24;

export function TimeSeries(given: TimeSeriesProps) {
  const t = useTranslations("charts");
  const props = useEarlier(given);
  const data = useBoard().data[props.query ?? "main"];
  if (props.unavailable === undefined && data && props.lines.length > 0)
    return <SeriesCard props={props} data={data} />;
  return (
    <ChartCard
      title={props.title}
      help={props.help}
      meta={props.detail}
      actions={props.actions}
      className={props.className}
    >
      <ChartUnavailable
        title={t("unavailable")}
        reason={props.unavailable ?? t("nothingKnown")}
        height={(props.height ?? LOW) + AXIS_HEIGHT + LEGEND_HEIGHT}
      />
    </ChartCard>
  );
}

/** With the lines of the range before, where the board lays one under. */
function useEarlier(props: TimeSeriesProps): TimeSeriesProps {
  const shiftSeconds = useBoard().shifts[props.query ?? "main"];
  const label = useTranslations("charts")("previous");
  return useMemo(() => {
    const { lines, kind = "lines" } = props;
    if (shiftSeconds === undefined) return props;
    return { ...props, lines: withEarlier(lines, kind, label), earlier: { label, shiftSeconds } };
  }, [props, shiftSeconds, label]);
}

function SeriesCard({ props, data }: { props: TimeSeriesProps; data: ChartData }) {
  const { id, title, unit } = props;
  const card = useRef<HTMLElement>(null);
  const [open, setOpen] = useState<"table" | "full" | null>(null);
  const chart = useChart(props, data, card);
  const { meta, plot, viewer, stale } = chart;
  const close = () => setOpen(null);
  const menu = (
    <ChartMenu
      title={title}
      onTable={() => setOpen("table")}
      onCsv={() => download(`${id}.csv`, csvFile(pictureCsv(plot.picture(), unit)))}
      onPng={() => void savePng(props, chart)}
      onFullScreen={() => setOpen("full")}
      links={props.links}
    />
  );
  return (
    <ChartCard
      {...{ card, title, meta, viewer, staleSince: stale, help: props.help, className: props.className }}
      actions={
        <>
          {props.actions}
          {menu}
        </>
      }
    >
      <ChartBody {...{ chart, props, data }} />
      {props.footer}
      {open === "full" && <FullScreen {...{ props, data }} onClose={close} />}
      {open === "table" && (
        <ChartTable
          title={`${title}, ${meta}`}
          picture={plot.picture()}
          marks={chart.marks}
          viewer={viewer}
          format={(value) => shownValue(value, chart.shape)}
          onClose={close}
        />
      )}
    </ChartCard>
  );
}

/** The code that draws it comes when it is wanted. */
async function savePng(props: TimeSeriesProps, chart: Chart): Promise<void> {
  const [{ downloadPng }, { printOf }] = await Promise.all([import("./print-canvas"), import("./print")]);
  await downloadPng(`${props.id}.png`, (measure) => printOf(printed(props, chart), measure));
}

function printed({ title, earlier }: TimeSeriesProps, chart: Chart): PrintedChart {
  const { kind, meta, plot, shape, viewer, marks, onAxis, formatTick } = chart;
  const picture = plot.picture();
  const { from, to } = picture;
  const period = (shift: number) => periodText({ from: from - shift, to: to - shift }, viewer);
  return {
    ...{ title, meta, picture, kind, thresholds: onAxis, marks, viewer, formatTick },
    periods: [period(0), ...(earlier ? [`${earlier.label}: ${period(earlier.shiftSeconds)}`] : [])],
    axis: plot.frame.axis,
    factor: plot.frame.unit.factor,
    values: legendTexts(picture, null, shape),
  };
}
