// The part of a chart that React draws: axis, unit and states. It changes seldom; everything else is painted.
import type { Picture } from "./picture";
import { steadyAxis, type ValueAxis, valueAxis } from "./scale";
import { type ChartUnit, type ScaledUnit, scaledUnit } from "./unit-scale";

/** Shares of 100 % that were rounded one by one may add up to a little more. */
const DUST = 0.005;

export interface FrameState {
  axis: ValueAxis;
  unit: ScaledUnit;
  staleSince: number | null;
  resolutionSeconds: number;
  empty: boolean;
}

/**
 * @param ceiling the axis reaches at least up to here, in the stored unit: 100 %, the memory's size
 * @param height pixels of the plot
 * @returns `before` itself where nothing changed, so that React has nothing to do
 */
export function frameState(
  picture: Picture,
  { unit, ceiling = 0, height = 0 }: { unit: ChartUnit; ceiling?: number | undefined; height?: number },
  before?: FrameState,
): FrameState {
  const high = picture.high <= ceiling * (1 + DUST) ? ceiling : picture.high;
  const wantedUnit = scaledUnit(unit, high);
  const { factor, whole, binary } = wantedUnit;
  const wanted = valueAxis({
    low: picture.low * factor,
    high: high * factor,
    whole,
    binary,
    most: height < 100 ? 3 : 4,
  });
  const sameUnit = before?.unit.factor === factor;
  const { staleSince, resolutionSeconds, empty } = picture;
  const next = {
    axis: steadyAxis(sameUnit ? before.axis : undefined, wanted),
    unit: sameUnit ? before.unit : wantedUnit,
    staleSince,
    resolutionSeconds,
    empty,
  };
  return before && same(before, next) ? before : next;
}

/** The axes are compared by their ends: the same ends give the same lines. */
function same(a: FrameState, b: FrameState): boolean {
  return (
    a.axis.domain[0] === b.axis.domain[0] &&
    a.axis.domain[1] === b.axis.domain[1] &&
    a.unit === b.unit &&
    a.staleSince === b.staleSince &&
    a.resolutionSeconds === b.resolutionSeconds &&
    a.empty === b.empty
  );
}
