// A small line without axes, for cards and table cells: plain SVG, rendered on the server.
import { useId } from "react";
import { areaPath, linePath, type Scales, type Trace } from "./path";

export interface SparklineProps {
  values: (number | null)[];
  /** Lower and upper end of the scale; what is not given follows the values. */
  min?: number;
  max?: number;
  /** At or above these the line turns amber and red; a threshold on the scale is drawn dashed. */
  warning?: number;
  critical?: number;
  /** Pixels; without a width the line fills its container. */
  width?: number;
  height: number;
  /** What a screen reader says instead of the picture. */
  label: string;
}

/** Room for half a stroke and the last value's dot. */
const INSET = 3;
const VIEW_WIDTH = 100;

/** Line, pale area and the newest value as a dot; gaps stay gaps. */
export function Sparkline({ values, width, height, label, warning, critical, ...ends }: SparklineProps) {
  const id = `spark${useId().replace(/\W/g, "")}`;
  const [low, high] = domain(values, ends.min, ends.max);
  const last = Math.max(1, values.length - 1);
  const scales: Scales = {
    x: (index) => (index / last) * VIEW_WIDTH,
    y: (value) => INSET + (1 - (value - low) / (high - low)) * (height - 2 * INSET),
  };
  const trace: Trace = { ts: values.map((_, index) => index), values, maxGap: 1 };
  const line = linePath(trace, scales);
  const newest = values.at(-1);
  const marks = { warning, critical };
  return (
    <svg
      role="img"
      aria-label={label}
      width={width ?? "100%"}
      height={height}
      viewBox={`0 0 ${VIEW_WIDTH} ${height}`}
      preserveAspectRatio="none"
      className="block overflow-visible"
    >
      <Tones id={id} height={height} y={scales.y} {...marks} />
      <path d={areaPath(trace, scales, low)} fill={`url(#${id})`} style={{ opacity: "var(--area)" }} />
      {[
        { at: warning, color: "var(--warn-solid)" },
        { at: critical, color: "var(--crit-solid)" },
      ].map(({ at, color }) =>
        at === undefined || at > high || at < low ? null : (
          <path
            key={color}
            d={`M0,${scales.y(at)}H${VIEW_WIDTH}`}
            stroke={color}
            strokeDasharray="3 3"
            vectorEffect="non-scaling-stroke"
          />
        ),
      )}
      <path
        d={line}
        fill="none"
        stroke={`url(#${id})`}
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
      {typeof newest === "number" && (
        <path
          d={`M${VIEW_WIDTH},${scales.y(newest)}h0`}
          stroke={tone(newest, marks)}
          strokeWidth={5}
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}

interface Marks {
  warning?: number | undefined;
  critical?: number | undefined;
}

/** One vertical gradient with hard stops where the thresholds are. */
function Tones({ id, height, y, warning, critical }: Marks & { id: string; height: number; y(value: number): number }) {
  const offset = (at: number | undefined) => (at === undefined ? 0 : Math.min(1, Math.max(0, y(at) / height)));
  const red = offset(critical);
  const amber = Math.max(red, offset(warning));
  return (
    <linearGradient id={id} gradientUnits="userSpaceOnUse" x1={0} y1={0} x2={0} y2={height}>
      <stop offset={red} stopColor="var(--crit-solid)" />
      <stop offset={red} stopColor="var(--warn-solid)" />
      <stop offset={amber} stopColor="var(--warn-solid)" />
      <stop offset={amber} stopColor="var(--chart-1)" />
    </linearGradient>
  );
}

function tone(value: number, { warning, critical }: Marks): string {
  if (critical !== undefined && value >= critical) return "var(--crit-solid)";
  return warning !== undefined && value >= warning ? "var(--warn-solid)" : "var(--chart-1)";
}

/** Never empty: a constant or missing series gets a band around it. */
function domain(values: readonly (number | null)[], min?: number, max?: number): [low: number, high: number] {
  const known = values.filter((value) => value !== null);
  const low = min ?? Math.min(...known, max ?? Number.POSITIVE_INFINITY);
  const high = max ?? Math.max(...known, min ?? Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (low < high) return [low, high];
  return min === undefined ? [low - 1, low + 1] : [low, low + 1];
}
