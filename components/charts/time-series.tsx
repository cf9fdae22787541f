"use client";
// A chart of series over time: lines or stacked areas, thresholds, gaps, and a legend that is the read-out.
import { useTranslations } from "next-intl";
import { useMemo, useRef, useState } from "react";
import { formatDuration, formatNumber, unitSymbol } from "@/lib/format";
import { useBoard } from "./board";
import { ChartCard, ChartUnavailable } from "./chart-card";
import type { ChartData } from "./chart-data";
import { ChartMenu } from "./chart-menu";
import { ChartTable } from "./chart-table";
import { download, pictureCsv } from "./csv";
import type { FrameState } from "./frame-state";
import { type ChartFact, Legend } from "./legend";
import { AXIS_HEIGHT } from "./paint";
import type { ChartKind, ChartLine } from "./picture";
import type { Threshold } from "./plot-frame";
import { legendTexts, shownValue } from "./readings";
import { SeriesPlot } from "./series-plot";
import type { ChartUnit } from "./unit-scale";
import { useSeriesPlot } from "./use-series-plot";

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

const LOW = 72;
const LEGEND_HEIGHT = 24;

export function TimeSeries(props: TimeSeriesProps) {
  const t = useTranslations("charts");
  const data = useBoard().data[props.query ?? "main"];
  if (props.unavailable === undefined && data && props.lines.length > 0) return <SeriesCard {...props} data={data} />;
  return (
    <ChartCard title={props.title} meta={props.detail} className={props.className}>
      <ChartUnavailable
        title={t("unavailable")}
        reason={props.unavailable ?? t("nothingKnown")}
        height={(props.height ?? LOW) + AXIS_HEIGHT + LEGEND_HEIGHT}
      />
    </ChartCard>
  );
}

const NO_THRESHOLDS: readonly Threshold[] = [];
const NO_FACTS: readonly ChartFact[] = [];

function SeriesCard({ data, ...props }: TimeSeriesProps & { data: ChartData }) {
  const { id, title, lines, unit, kind = "lines", height = LOW, facts = NO_FACTS } = props;
  const card = useRef<HTMLElement>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [table, setTable] = useState(false);
  const plot = useSeriesPlot({ id, lines, kind, unit, ceiling: props.ceiling, hidden, height }, data, card);
  const { frame, viewer } = plot;
  const shape = { unit: frame.unit, locale: viewer.locale };
  const [firstTexts] = useState(() => legendTexts(plot.picture(), null, shape));
  const meta = useMeta(frame, { locale: viewer.locale, detail: props.detail, ceiling: props.ceiling });
  const { onAxis, offAxis } = useThresholds(props.thresholds ?? NO_THRESHOLDS, frame, viewer.locale);
  const visible = useMemo(() => lines.filter(({ key }) => !hidden.has(key)), [lines, hidden]);
  const stale = frame.empty ? null : frame.staleSince;
  const onCsv = () => download(`${id}.csv`, pictureCsv(plot.picture(), unit));
  return (
    <ChartCard
      {...{ card, title, meta, viewer, staleSince: stale, className: props.className }}
      actions={<ChartMenu title={title} onTable={() => setTable(true)} onCsv={onCsv} />}
    >
      <Legend
        {...{ lines, kind, hidden, parts: plot.parts, values: firstTexts, facts: [...facts, ...offAxis] }}
        stale={stale !== null}
        onToggle={(key) => setHidden((before) => toggled(before, key))}
      />
      <SeriesPlot
        {...{ id, title, kind, height, data, plot }}
        lines={visible}
        thresholds={onAxis}
        total={props.total}
      />
      {table && (
        <ChartTable
          title={`${title}, ${meta}`}
          picture={plot.picture()}
          viewer={viewer}
          format={(value) => shownValue(value, shape)}
          onClose={() => setTable(false)}
        />
      )}
    </ChartCard>
  );
}

/** Units that the head spells out, since they read badly before a resolution (`s, 15 s`). */
const UNIT_WORDS = ["s", "min", "h", "d", "/s"] as const;

/** `GiB of 125.6, 10 s`: unit, detail, resolution. */
function useMeta(
  { unit: { symbol, factor }, resolutionSeconds }: FrameState,
  { locale, detail, ceiling }: { locale: string; detail: string | undefined; ceiling: number | undefined },
): string {
  const t = useTranslations("charts");
  const word = UNIT_WORDS.find((one) => one === symbol);
  const unit = word ? t(`units.${word}`) : unitSymbol(symbol, locale);
  const whole = ceiling === undefined ? "" : t("ofCeiling", { value: formatNumber(ceiling * factor, locale) });
  const resolution = formatDuration(resolutionSeconds, locale, 1);
  return [[unit, detail ?? whole].filter(Boolean).join(" "), resolution].filter(Boolean).join(", ");
}

/** Thresholds on the axis are drawn; those off the scale are told in the legend. */
function useThresholds(thresholds: readonly Threshold[], { axis, unit }: FrameState, locale: string) {
  return useMemo(() => {
    const scaled = thresholds.map((one) => ({ ...one, at: one.at * unit.factor }));
    const top = axis.domain[1];
    return {
      onAxis: scaled.filter(({ at }) => at <= top),
      offAxis: scaled
        .filter(({ at }) => at > top)
        .map(({ at, label, tone }) => ({ label, value: formatNumber(at, locale), tone })),
    };
  }, [thresholds, axis, unit, locale]);
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
