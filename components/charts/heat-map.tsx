"use client";
// Percentages of many things over time, one row each: shows that one is hot although the average is not.
import { useTranslations } from "next-intl";
import { useMemo, useRef, useState, useSyncExternalStore } from "react";
import { formatDuration, formatPercent } from "@/lib/format";
import { useTimeZone } from "../clock";
import { useBoard } from "./board";
import { ChartCard, ChartUnavailable, useViewer } from "./chart-card";
import type { ChartData } from "./chart-data";
import { ChartMenu } from "./chart-menu";
import { ChartTable } from "./chart-table";
import { csvFile, download, pictureCsv } from "./csv";
import type { HeatThresholds } from "./heat";
import { HeatKey, HeatSummaryRow } from "./heat-parts";
import { HeatPlot } from "./heat-plot";
import { heatSummary } from "./heat-summary";
import type { ChartMark } from "./marks";
import { useMarks } from "./marks-context";
import { AXIS_HEIGHT } from "./paint";
import { periodText } from "./period-text";
import { type Picture, valueAt } from "./picture";
import { useWidth } from "./plot-box";
import { useHeatPlot } from "./use-heat-plot";

export interface HeatMapProps {
  id: string;
  title: string;
  /** Unit in words: `% busy`. */
  detail: string;
  /** Name and series of each row, from the top. */
  rows: readonly { name: string; series: string }[];
  query: string;
  thresholds: HeatThresholds;
  height?: number;
  unavailable?: string | undefined;
  /** What happened, in place of the page's marks. */
  marks?: readonly ChartMark[] | undefined;
  className?: string;
}

const TALL = 122;
const LEGEND_HEIGHT = 24;

export function HeatMap(props: HeatMapProps) {
  const t = useTranslations("charts");
  const data = useBoard().data[props.query];
  if (props.unavailable === undefined && data && props.rows.length > 0) return <HeatCard {...props} data={data} />;
  return (
    <ChartCard title={props.title} meta={props.detail} className={props.className}>
      <ChartUnavailable
        title={t("unavailable")}
        reason={props.unavailable ?? t("nothingKnown")}
        height={(props.height ?? TALL) + AXIS_HEIGHT + LEGEND_HEIGHT}
      />
    </ChartCard>
  );
}

function HeatCard({ data, ...props }: HeatMapProps & { data: ChartData }) {
  const { id, title, rows, thresholds, height = TALL } = props;
  const viewer = useViewer(useTimeZone());
  const marks = useMarks(props.marks);
  const card = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [table, setTable] = useState(false);
  const lines = useMemo(
    () => rows.map(({ name, series }) => ({ key: series, label: name, color: "", of: [series] })),
    [rows],
  );
  const { parts, seen } = useHeatPlot({ id, data, lines, thresholds, width, height, viewer, marks }, card);
  const names = rows.map(({ name }) => name);
  const meta = `${props.detail}, ${formatDuration(seen.resolutionSeconds, viewer.locale, 1)}`;
  const onCsv = () => download(`${id}.csv`, csvFile(pictureCsv(seen, "percent")));
  const onPng = async () => {
    const [{ downloadPng }, { heatPrintOf }] = await Promise.all([import("./print-canvas"), import("./print-heat")]);
    const periods = [periodText(seen, viewer)];
    const print = heatPrintOf({ title, meta, periods, picture: seen, names, thresholds, marks, viewer });
    await downloadPng(`${id}.png`, () => print);
  };
  return (
    <ChartCard
      {...{ card, title, meta, viewer, staleSince: seen.staleSince, className: props.className }}
      actions={
        <>
          <HeatKey thresholds={thresholds} />
          <ChartMenu title={title} onTable={() => setTable(true)} onCsv={onCsv} onPng={() => void onPng()} />
        </>
      }
    >
      <ReadOut {...{ seen, names, locale: viewer.locale }} critical={thresholds.critical} />
      <HeatPlot {...{ id, title, names, width, height, data, parts, seen, viewer, box, marks }} />
      {table && (
        <ChartTable
          title={`${title}, ${meta}`}
          picture={seen}
          marks={marks}
          viewer={viewer}
          format={(value) => formatPercent(value, viewer.locale, 1)}
          onClose={() => setTable(false)}
        />
      )}
    </ChartCard>
  );
}

interface ReadOutProps {
  seen: Picture;
  names: readonly string[];
  critical: number;
  locale: string;
}

/** Follows the cursor by itself, so that the map need not. */
function ReadOut({ seen, names, critical, locale }: ReadOutProps) {
  const { cursor } = useBoard();
  const time = useSyncExternalStore(
    cursor.subscribe,
    () => cursor.state?.time ?? null,
    () => null,
  );
  const values = seen.lines.map((line) => valueAt(seen, line, time));
  return <HeatSummaryRow summary={heatSummary(values, critical)} {...{ names, critical, locale }} />;
}
