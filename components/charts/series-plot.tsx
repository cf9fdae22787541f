// The plot of a time series: frame by recharts (loaded when a chart is there), cursor, tooltip and note above it.
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useCallback, useRef } from "react";
import { useBoard } from "./board";
import { PlotNote } from "./chart-card";
import type { ChartData } from "./chart-data";
import { ChartTooltip, type Earlier } from "./chart-tooltip";
import { FrameSkeleton } from "./frame-skeleton";
import { type ChartMark, marksAbout } from "./marks";
import { type ChartKind, type ChartLine, nearestTime } from "./picture";
import { announce, PlotBox, useWidth } from "./plot-box";
import type { Threshold } from "./plot-frame";
import { spokenValues, tooltipRows } from "./readings";
import { exactTime } from "./time-ticks";
import { axisLabel } from "./unit-scale";
import { usePlotPointer } from "./use-plot-pointer";
import type { PaintedPlot } from "./use-series-plot";

const PlotFrame = dynamic(() => import("./plot-frame").then((module) => module.PlotFrame), { ssr: false });

interface SeriesPlotProps {
  id: string;
  title: string;
  kind: ChartKind;
  height: number;
  /** Lines that are not switched off. */
  lines: readonly ChartLine[];
  /** On the axis' scale, and on the axis. */
  thresholds: readonly Threshold[];
  total: string | undefined;
  data: ChartData;
  plot: PaintedPlot;
  earlier: Earlier | undefined;
  marks: readonly ChartMark[];
}

export function SeriesPlot({ id, title, kind, height, lines, data, plot, ...rest }: SeriesPlotProps) {
  const { thresholds, total, earlier, marks } = rest;
  const t = useTranslations("charts");
  const { window } = useBoard();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { parts, frame, viewer } = plot;
  const shape = { unit: frame.unit, locale: viewer.locale };
  const formatTick = useCallback((value: number) => axisLabel(value, viewer.locale), [viewer.locale]);
  const pointer = usePlotPointer({
    id,
    parts,
    marks,
    span: () => data,
    snap: (time) => nearestTime(plot.picture(), time),
    step: () => frame.resolutionSeconds,
    onKeyboard: (time) => {
      const values = spokenValues(plot.picture(), time, shape);
      const happened = marksAbout(marks, time, frame.resolutionSeconds / 2).map(({ label }) => label);
      const text = [`${exactTime(time, viewer, true)}: ${values}`, ...happened].join(". ");
      announce(box.current, { time, from: data.from, to: data.to, text });
    },
  });
  return (
    <PlotBox label={t("cursorOf", { title })} height={height} parts={parts} pointer={pointer} box={box} lines={lines}>
      {width === 0 ? (
        <FrameSkeleton height={height} />
      ) : (
        <PlotFrame
          {...{ width, height, axis: frame.axis, formatTick, thresholds, lines, kind, parts }}
          onReady={plot.repaint}
        />
      )}
      {frame.empty && <PlotNote>{t(window.period && data.since >= data.from ? "soon" : "empty")}</PlotNote>}
      <ChartTooltip
        {...{ id, parts, viewer, earlier, marks }}
        stepSeconds={frame.resolutionSeconds}
        span={() => data}
        rows={(time) => tooltipRows(plot.picture(), time, { kind, total, ...shape })}
      />
    </PlotBox>
  );
}
