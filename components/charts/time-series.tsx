"use client";
// A chart of series over time: lines or stacked areas, thresholds, gaps, and a legend that is the read-out.
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useCallback, useMemo, useRef, useState } from "react";
import { formatDuration, formatNumber, unitSymbol } from "@/lib/format";
import { useBoard } from "./board";
import { ChartCard, ChartUnavailable, PlotNote } from "./chart-card";
import type { ChartData } from "./chart-data";
import { ChartMenu } from "./chart-menu";
import { ChartTable } from "./chart-table";
import { ChartTooltip } from "./chart-tooltip";
import { download, pictureCsv } from "./csv";
import { FrameSkeleton } from "./frame-skeleton";
import { type ChartFact, Legend } from "./legend";
import { AXIS_HEIGHT } from "./paint";
import { type ChartKind, type ChartLine, nearestTime } from "./picture";
import { announce, PlotBox, useWidth } from "./plot-box";
import type { Threshold } from "./plot-frame";
import { exactTime } from "./time-ticks";
import { axisLabel, type ChartUnit } from "./unit-scale";
import { usePlotPointer } from "./use-plot-pointer";
import { shownValue, tooltipRows, useSeriesPlot } from "./use-series-plot";

const PlotFrame = dynamic(() => import("./plot-frame").then((module) => module.PlotFrame), { ssr: false });

export interface TimeSeriesProps {
  /** Unique on its page. */
  id: string;
  title: string;
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
  className?: string;
}

export function TimeSeries(props: TimeSeriesProps) {
  const t = useTranslations("charts");
  const data = useBoard().data[props.query ?? "main"];
  const height = props.height ?? 72;
  if (props.unavailable === undefined && data && props.lines.length > 0) return <SeriesCard {...props} data={data} />;
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

/** Units that the head spells out, since they read badly before a resolution (`s, 15 s`). */
const UNIT_WORDS = ["s", "min", "h", "d", "/s"] as const;
const NO_THRESHOLDS: readonly Threshold[] = [];
const NO_FACTS: readonly ChartFact[] = [];

function SeriesCard({ data, ...props }: TimeSeriesProps & { data: ChartData }) {
  const { id, title, lines, unit, kind = "lines", height = 72, thresholds = NO_THRESHOLDS, facts = NO_FACTS } = props;
  const t = useTranslations("charts");
  const { window } = useBoard();
  const card = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [table, setTable] = useState(false);
  const plot = useSeriesPlot({ id, lines, kind, unit, ceiling: props.ceiling, hidden, height }, data, card);
  const { parts, frame, viewer } = plot;
  const { locale } = viewer;
  const [firstTexts] = useState(() => plot.texts(plot.picture(), null));

  const pointer = usePlotPointer({
    id,
    parts,
    span: () => ({ from: data.from, to: data.to }),
    snap: (time) => nearestTime(plot.picture(), time),
    step: () => frame.resolutionSeconds,
    onKeyboard: (time) => {
      const texts = plot.texts(plot.picture(), time);
      const values = lines.map(({ key, label }) => `${label} ${texts.get(key) ?? ""}`).join(", ");
      announce(box.current, {
        time,
        from: data.from,
        to: data.to,
        text: `${exactTime(time, viewer, true)}: ${values}`,
      });
    },
  });

  const { symbol, factor } = frame.unit;
  const unitText = UNIT_WORDS.some((word) => word === symbol) ? t(`units.${symbol}`) : unitSymbol(symbol, locale);
  const detail =
    props.detail ??
    (props.ceiling === undefined ? "" : t("ofCeiling", { value: formatNumber(props.ceiling * factor, locale) }));
  const resolution = formatDuration(frame.resolutionSeconds, locale, 1);
  const meta = [[unitText, detail].filter(Boolean).join(" "), resolution].filter(Boolean).join(", ");
  const formatTick = useCallback((value: number) => axisLabel(value, locale), [locale]);
  const scaled = useMemo(
    () => thresholds.map((one) => ({ ...one, at: one.at * frame.unit.factor })),
    [thresholds, frame.unit],
  );
  const onAxis = useMemo(() => scaled.filter(({ at }) => at <= frame.axis.domain[1]), [scaled, frame.axis]);
  const visible = useMemo(() => lines.filter(({ key }) => !hidden.has(key)), [lines, hidden]);
  const offScale = scaled
    .filter(({ at }) => at > frame.axis.domain[1])
    .map(({ at, label, tone }) => ({ label, value: formatNumber(at, locale), tone }));

  return (
    <ChartCard
      card={card}
      title={title}
      meta={meta}
      staleSince={frame.empty ? null : frame.staleSince}
      viewer={viewer}
      className={props.className}
      actions={
        <ChartMenu
          title={title}
          onTable={() => setTable(true)}
          onCsv={() => download(`${id}.csv`, pictureCsv(plot.picture(), unit))}
        />
      }
    >
      <Legend
        lines={lines}
        kind={kind}
        hidden={hidden}
        onToggle={(key) => setHidden((before) => toggled(before, key))}
        parts={parts}
        values={firstTexts}
        facts={[...facts, ...offScale]}
      />
      <PlotBox label={t("cursorOf", { title })} height={height} parts={parts} pointer={pointer} box={box} lines={lines}>
        {width === 0 ? (
          <FrameSkeleton height={height} />
        ) : (
          <PlotFrame
            width={width}
            height={height}
            axis={frame.axis}
            formatTick={formatTick}
            thresholds={onAxis}
            lines={visible}
            kind={kind}
            parts={parts}
            onReady={plot.repaint}
          />
        )}
        {frame.empty && <PlotNote>{t(window.period ? "soon" : "empty")}</PlotNote>}
        <ChartTooltip
          id={id}
          parts={parts}
          viewer={viewer}
          span={() => data}
          rows={(time) =>
            tooltipRows(plot.picture(), time, { kind, total: props.total ?? null, unit: frame.unit, locale })
          }
        />
      </PlotBox>
      {table && (
        <ChartTable
          title={`${title}, ${meta}`}
          picture={plot.picture()}
          viewer={viewer}
          format={(value) => shownValue(value, { unit: frame.unit, locale })}
          onClose={() => setTable(false)}
        />
      )}
    </ChartCard>
  );
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
