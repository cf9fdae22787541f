// Value axis: where it ends and which two to four lines it gets.

/** Lower and upper end of the axis and its lines, `ticks[0]` and the last one being the ends. */
export interface ValueAxis {
  domain: [low: number, high: number];
  ticks: number[];
}

export interface ValueRange {
  /** Lowest and highest value to be shown, in the axis' unit. */
  low: number;
  high: number;
  /** Only whole numbers may stand at a line: counts. */
  whole?: boolean;
  /** Powers of two may stand at a line: bytes. */
  binary?: boolean;
  /** Spaces between lines at most, 2 to 4. */
  most?: number;
}

const DECIMAL_STEPS = [1, 2, 2.5, 3, 4, 5, 6, 8];
const INTERVALS = [3, 4, 2];

/** The axis from zero (lower only for negative values) that wastes least room above the highest value. */
export function valueAxis({ low, high, whole = false, binary = false, most = 4 }: ValueRange): ValueAxis {
  const top = Math.max(high, 0);
  const bottom = Math.min(low, 0);
  const reach = top - bottom;
  if (!Number.isFinite(reach) || reach < 1e-9) return axisOf(0, 1, 1);
  let best: ValueAxis | undefined;
  for (const count of INTERVALS.filter((count) => count <= most)) {
    const step = stepAbove(reach / count, { whole, binary });
    const axis = axisOf(Math.floor(bottom / step + 1e-9), Math.ceil(top / step - 1e-9), step);
    if (!best || span(axis) < span(best) * (1 - 1e-9)) best = axis;
  }
  return best ?? axisOf(0, 1, 1);
}

/**
 * Keeps the axis that is shown unless a value left it or it became more than twice too large, so that a live chart
 * does not breathe with every sample.
 */
export function steadyAxis(shown: ValueAxis | undefined, wanted: ValueAxis): ValueAxis {
  if (!shown) return wanted;
  const left = wanted.domain[1] > shown.domain[1] || wanted.domain[0] < shown.domain[0];
  return left || span(wanted) < span(shown) / 2 ? wanted : shown;
}

const span = ({ domain: [low, high] }: ValueAxis): number => high - low;

function axisOf(first: number, last: number, step: number): ValueAxis {
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => round((first + index) * step));
  return { domain: [round(first * step), round(last * step)], ticks };
}

/** A line of text and its distance from a line. */
const LABEL_HEIGHT = 16;

/**
 * Whether the labels of lines across the plot hang below them: above the highest there is no room.
 * @param height of the plot, pixels
 */
export function labelsHang(at: readonly number[], { domain: [low, high] }: ValueAxis, height: number): boolean {
  return ((high - Math.max(...at)) / (high - low)) * height < LABEL_HEIGHT;
}

/** The smallest step that is not below `least` and reads well. */
function stepAbove(least: number, { whole, binary }: { whole: boolean; binary: boolean }): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const candidates = [...DECIMAL_STEPS, 10].map((step) => round(step * power));
  if (binary && least > 8) candidates.push(2 ** Math.ceil(Math.log2(least)));
  const fitting = candidates.filter((step) => step >= least * (1 - 1e-9) && (!whole || Number.isInteger(step)));
  return fitting.length > 0 ? Math.min(...fitting) : Math.max(1, Math.ceil(least));
}

/** Without the dust of binary fractions: 0.30000000000000004 is 0.3. */
const round = (value: number): number => Number(value.toPrecision(12));
