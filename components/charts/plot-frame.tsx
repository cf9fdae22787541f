// Frame of a chart: axes, grid and thresholds by recharts, the series as paths of our own that are painted through refs.
import { memo, useId, useLayoutEffect } from "react";
import { CartesianGrid, ComposedChart, ReferenceLine, usePlotArea, XAxis, YAxis } from "recharts";
import { HATCH } from "./board";
import { MarkPaths } from "./mark-paths";
import {
  AXIS_HEIGHT,
  bandOpacity,
  EARLIER_DASH,
  EARLIER_OPACITY,
  EARLIER_WIDTH,
  GUTTER,
  keep,
  type Parts,
} from "./paint";
import type { ChartKind, ChartLine } from "./picture";
import { labelsHang, type ValueAxis } from "./scale";
import { TimeLabels } from "./time-axis";

export interface Threshold {
  /** In the series' unit. */
  at: number;
  tone: "warn" | "crit";
  label: string;
}

interface PlotFrameProps {
  width: number;
  /** Of the plot, without the time axis. */
  height: number;
  axis: ValueAxis;
  formatTick(value: number): string;
  /** `at` on the axis' scale. */
  thresholds: readonly Threshold[];
  lines: readonly ChartLine[];
  kind: ChartKind;
  parts: Parts;
  /** The plot area or the elements changed: paint. */
  onReady(): void;
}

/** recharts wants data to make axes; the true ones are fixed by their domains. */
const ENDS = [{ x: 0 }, { x: 1 }];
const UNIT_DOMAIN = [0, 1];
const MARGIN = { top: 0, right: 0, bottom: 0, left: 0 };
const TICK = { fontSize: 11, fill: "var(--chart-axis)" };
/** Readable where a line runs under it. */
const LABEL = {
  offset: 3,
  fontSize: 11,
  stroke: "var(--card)",
  strokeWidth: 3,
  paintOrder: "stroke",
} as const;
/** Our own cursor follows the pointer; recharts would compute its on every move. */
const UNTOUCHED = { pointerEvents: "none" } as const;

export const PlotFrame = memo(function PlotFrame(props: PlotFrameProps) {
  const { axis, thresholds, lines, kind, parts, onReady } = props;
  const marks = thresholds.map(({ at }) => at);
  const position = labelsHang(marks, axis, props.height) ? "insideTopLeft" : "insideBottomLeft";
  return (
    <ComposedChart
      width={props.width}
      height={props.height + AXIS_HEIGHT}
      data={ENDS}
      margin={MARGIN}
      style={UNTOUCHED}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
      <XAxis
        dataKey="x"
        type="number"
        domain={UNIT_DOMAIN}
        height={AXIS_HEIGHT}
        tick={false}
        tickLine={false}
        axisLine={{ stroke: "var(--border-strong)" }}
      />
      <YAxis
        type="number"
        width={GUTTER}
        domain={axis.domain}
        ticks={axis.ticks}
        interval={0}
        allowDataOverflow
        axisLine={false}
        tickLine={false}
        tickFormatter={props.formatTick}
        tick={TICK}
      />
      <SeriesLayer lines={lines} kind={kind} parts={parts} onReady={onReady} />
      {thresholds.map(({ at, tone, label }) => (
        <ReferenceLine
          key={tone}
          y={at}
          stroke={`var(--${tone}-solid)`}
          strokeDasharray="3 3"
          label={{ ...LABEL, position, value: label, fill: `var(--${tone}-text)` }}
        />
      ))}
    </ComposedChart>
  );
});

/** Lines of a range before lie under those of the shown one. */
const earlierFirst = (a: ChartLine, b: ChartLine): number =>
  Number(b.earlier !== undefined) - Number(a.earlier !== undefined);

type SeriesLayerProps = Pick<PlotFrameProps, "lines" | "kind" | "parts" | "onReady">;

function SeriesLayer({ lines, kind, parts, onReady }: SeriesLayerProps) {
  const area = usePlotArea();
  useLayoutEffect(() => {
    parts.area = area ?? null;
    onReady();
  });
  const path = (name: string) => keep(parts.paths, name);
  const clip = useId();
  const opacity = bandOpacity(lines.filter(({ earlier }) => earlier === undefined).length);
  return (
    <g>
      <clipPath id={clip}>
        {area && <rect x={area.x} y={area.y - 2} width={area.width} height={area.height + 4} />}
      </clipPath>
      <path ref={path("gap")} fill={HATCH} />
      <path ref={path("gap-sides")} stroke="var(--idle-solid)" strokeDasharray="3 3" fill="none" opacity={0.7} />
      <g clipPath={`url(#${clip})`}>
        {lines.map(({ key, color }) => (
          <g key={key}>
            <path
              ref={path(`area:${key}`)}
              fill={color}
              style={{ fillOpacity: kind === "stacked" ? "var(--area-stacked)" : "var(--area)" }}
            />
            <path ref={path(`band:${key}`)} fill={color} fillOpacity={opacity} />
          </g>
        ))}
        {[...lines].sort(earlierFirst).map(({ key, color, earlier }) => (
          <path
            key={key}
            ref={path(`line:${key}`)}
            fill="none"
            stroke={color}
            {...(earlier !== undefined && { strokeDasharray: EARLIER_DASH, opacity: EARLIER_OPACITY })}
            strokeWidth={earlier === undefined ? 1.5 : EARLIER_WIDTH}
            strokeLinejoin="round"
            strokeLinecap="round"
          />
        ))}
      </g>
      <MarkPaths parts={parts} />
      <TimeLabels parts={parts} />
    </g>
  );
}
