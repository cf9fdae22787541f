"use client";
// Percentages of many things over time, one row each: shows that one is hot although the average is not.
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { formatDuration, formatPercent } from "@/lib/format";
import { useTimeZone } from "../clock";
import { HATCH, useBoard } from "./board";
import { ChartCard, ChartUnavailable, PlotNote, useViewer } from "./chart-card";
import type { ChartData } from "./chart-data";
import { ChartMenu } from "./chart-menu";
import { ChartTable } from "./chart-table";
import { ChartTooltip } from "./chart-tooltip";
import { download, pictureCsv } from "./csv";
import { HEAT_LEVELS, type HeatThresholds, heatPaths } from "./heat";
import { HeatKey, HeatRows, HeatSummaryRow } from "./heat-parts";
import { heatSummary } from "./heat-summary";
import { AXIS_HEIGHT, GUTTER, keep, newParts, paintCursorLine, paintGaps, paintTimeLabels, type Viewer } from "./paint";
import { type ChartLine, nearestTime, type Picture, picture, valueAt } from "./picture";
import { announce, PlotBox, useWidth } from "./plot-box";
import { TimeLabels } from "./time-axis";
import { exactTime } from "./time-ticks";
import { usePainting } from "./use-painting";
import { usePlotPointer } from "./use-plot-pointer";

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
  className?: string;
}

export function HeatMap(props: HeatMapProps) {
  const t = useTranslations("charts");
  const data = useBoard().data[props.query];
  const height = props.height ?? 122;
  if (props.unavailable === undefined && data && props.rows.length > 0) return <HeatCard {...props} data={data} />;
  return (
    <ChartCard title={props.title} meta={props.detail} className={props.className}>
      <ChartUnavailable
        title={t("unavailable")}
        reason={props.unavailable ?? t("nothingKnown")}
        height={height + AXIS_HEIGHT + 20}
      />
    </ChartCard>
  );
}

const NOTHING: ReadonlySet<string> = new Set();
const linesOf = (rows: HeatMapProps["rows"]): ChartLine[] =>
  rows.map(({ name, series }) => ({ key: series, label: name, color: "", of: [series] }));

function HeatCard({ data, ...props }: HeatMapProps & { data: ChartData }) {
  const { id, title, rows, thresholds, height = 122 } = props;
  const t = useTranslations("charts");
  const { window } = useBoard();
  const viewer = useViewer(useTimeZone());
  const card = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [table, setTable] = useState(false);
  const lines = useMemo(() => linesOf(rows), [rows]);
  const { parts, seen } = useHeatPaint({ id, data, lines, thresholds, width, height, viewer }, card);
  const names = rows.map(({ name }) => name);
  const values = (time: number | null) => seen.lines.map((line) => valueAt(seen, line, time));
  const [pointed, setPointed] = useState<number | null>(null);
  const text = (row: number, time: number) => formatPercent(values(time)[row], viewer.locale, 1);

  const pointer = usePlotPointer({
    id,
    parts,
    span: () => data,
    snap: (time) => nearestTime(seen, time),
    step: () => seen.resolutionSeconds,
    onPoint: (y) => setPointed(Math.min(rows.length - 1, Math.max(0, Math.floor((y / height) * rows.length)))),
    onKeyboard: (time) => {
      setPointed(null);
      const spoken = names.map((name, row) => `${name} ${text(row, time)}`).join(", ");
      announce(box.current, {
        time,
        from: data.from,
        to: data.to,
        text: `${exactTime(time, viewer, true)}: ${spoken}`,
      });
    },
  });
  const meta = `${props.detail}, ${formatDuration(seen.resolutionSeconds, viewer.locale, 1)}`;

  return (
    <ChartCard
      card={card}
      title={title}
      meta={meta}
      staleSince={seen.staleSince}
      viewer={viewer}
      className={props.className}
      actions={
        <>
          <HeatKey thresholds={thresholds} />
          <ChartMenu
            title={title}
            onTable={() => setTable(true)}
            onCsv={() => download(`${id}.csv`, pictureCsv(seen, "percent"))}
          />
        </>
      }
    >
      <ReadOut {...{ values, names, locale: viewer.locale }} critical={thresholds.critical} />
      <PlotBox label={t("cursorOf", { title })} height={height} parts={parts} pointer={pointer} box={box}>
        <svg aria-hidden width={width} height={height + AXIS_HEIGHT} className="block overflow-visible">
          {HEAT_LEVELS.map((level) => (
            <path key={level} ref={keep(parts.paths, `heat:${level}`)} fill={`var(--heat-${level})`} />
          ))}
          <path ref={keep(parts.paths, "gap")} fill={HATCH} />
          <path ref={keep(parts.paths, "gap-sides")} stroke="var(--idle-solid)" strokeDasharray="3 3" opacity={0.7} />
          <path d={`M${GUTTER},${height}H${width}`} stroke="var(--border-strong)" />
          <HeatRows names={names} height={height} />
          <TimeLabels parts={parts} />
        </svg>
        {seen.empty && <PlotNote>{t(window.period ? "soon" : "empty")}</PlotNote>}
        <ChartTooltip
          id={id}
          parts={parts}
          viewer={viewer}
          span={() => data}
          rows={(time) =>
            pointed === null
              ? []
              : [{ key: "row", label: t("row", { name: names[pointed] ?? "" }), value: text(pointed, time) }]
          }
        />
      </PlotBox>
      {table && (
        <ChartTable
          title={`${title}, ${meta}`}
          picture={seen}
          viewer={viewer}
          format={(value) => formatPercent(value, viewer.locale, 1)}
          onClose={() => setTable(false)}
        />
      )}
    </ChartCard>
  );
}

interface HeatPaint {
  id: string;
  data: ChartData;
  lines: readonly ChartLine[];
  thresholds: HeatThresholds;
  width: number;
  height: number;
  viewer: Viewer;
}

/** Paints cells, gaps and labels; new data renders the card too, since a column comes seldom. */
function useHeatPaint(heat: HeatPaint, card: { readonly current: Element | null }) {
  const { cursor } = useBoard();
  const look = () => picture(heat.data, { lines: heat.lines, kind: "lines", hidden: NOTHING });
  const [parts] = useState(newParts);
  const [seen, setSeen] = useState<Picture>(look);
  const paintCursor = () => {
    const { state } = cursor;
    const label = state?.chart === heat.id ? exactTime(state.time, heat.viewer, false) : null;
    paintCursorLine(parts, state?.time ?? null, { from: seen.from, to: seen.to, label });
  };
  usePainting(card, heat.data, { paint: () => setSeen(look()), paintCursor });
  useEffect(() => {
    const area = { x: GUTTER, y: 0, width: Math.max(0, heat.width - GUTTER), height: heat.height };
    parts.area = area;
    const grid = { ts: seen.ts, step: seen.resolutionSeconds, rows: seen.lines.map(({ values }) => values) };
    const { from, to } = seen;
    const x = (time: number) => area.x + ((time - from) / (to - from || 1)) * area.width;
    const frame = { x, top: 0, height: heat.height, left: area.x, right: area.x + area.width };
    heatPaths({ ...grid, thresholds: heat.thresholds }, frame).forEach((d, level) => {
      parts.paths.get(`heat:${level}`)?.setAttribute("d", d);
    });
    paintGaps(parts, seen, area);
    paintTimeLabels(parts, seen, heat.viewer);
  });
  return { parts, seen };
}

interface ReadOutProps {
  values(time: number | null): (number | null)[];
  names: readonly string[];
  critical: number;
  locale: string;
}

/** Follows the cursor by itself, so that the map need not. */
function ReadOut({ values, names, critical, locale }: ReadOutProps) {
  const { cursor } = useBoard();
  const time = useSyncExternalStore(
    cursor.subscribe,
    () => cursor.state?.time ?? null,
    () => null,
  );
  return <HeatSummaryRow summary={heatSummary(values(time), critical)} {...{ names, critical, locale }} />;
}
