// Turns a series into SVG path data; the one place that decides where a line is interrupted.
import { thin } from "./thin";

/** A series as it is drawn: `null` is a missing value, neighbours further apart than `maxGap` have a gap between them. */
export interface Trace {
  /** Ascending. */
  ts: readonly number[];
  values: readonly (number | null)[];
  /** In the unit of `ts`. */
  maxGap: number;
}

/** From time and value to pixels. */
export interface Scales {
  x(time: number): number;
  y(value: number): number;
}

/** Distance in seconds beyond which two neighbouring samples are not joined. */
export const maxGapSeconds = (intervalSeconds: number, stepSeconds: number): number =>
  1.5 * Math.max(intervalSeconds, stepSeconds);

/** Indices of the values of each unbroken stretch, in order. */
export function stretches({ ts, values, maxGap }: Trace): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  let last = Number.NaN;
  values.forEach((value, index) => {
    if (value === null) return;
    const time = ts[index] ?? Number.NaN;
    if (run.length === 0 || time - last > maxGap) {
      run = [];
      runs.push(run);
    }
    run.push(index);
    last = time;
  });
  return runs;
}

/** `d` of a line that is never drawn across a gap; a lone value becomes a dash of two pixels, or nobody would see it. */
export function linePath(trace: Trace, scales: Scales): string {
  return visible(trace, scales)
    .map((run) => `M${corners(run, trace, scales).join("L")}${run.length === 1 ? "m-1,0h2" : ""}`)
    .join("");
}

/** `d` of the areas between a series and its floor (a constant, or a value per index), one closed shape per stretch. */
export function areaPath(trace: Trace, scales: Scales, floor: number | readonly (number | null)[]): string {
  const below = typeof floor === "number" ? trace.values.map(() => floor) : floor;
  return visible(trace, scales)
    .map((run) => {
      const back = corners([...run].reverse(), { ...trace, values: below }, scales);
      return `M${[...corners(run, trace, scales), ...back].join("L")}Z`;
    })
    .join("");
}

const visible = (trace: Trace, { x }: Scales): number[][] =>
  stretches(trace).map((run) =>
    thin(
      run,
      (index) => trace.values[index] ?? 0,
      (index) => Math.floor(x(trace.ts[index] ?? 0)),
    ),
  );

const corners = (run: readonly number[], { ts, values }: Trace, { x, y }: Scales): string[] =>
  run.map((index) => `${tenth(x(ts[index] ?? 0))},${tenth(y(values[index] ?? 0))}`);

/** A tenth of a pixel is finer than any screen. */
const tenth = (pixels: number): number => Math.round(pixels * 10) / 10;
