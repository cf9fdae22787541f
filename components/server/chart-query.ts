// What a page asks the history for, and how to ask again for only what is new. Pure.
import type { ChartData } from "@/components/charts/chart-data";
import type { TimeWindow } from "@/components/charts/time-window";

/** One question to /api/query; its name is what charts refer to. */
export interface ChartQuery {
  name: string;
  metrics: readonly string[];
  points: number;
  /** Only averages: for many series, and for sums of several. */
  averages?: boolean;
  /** Reaches back at least this far, for what is measured seldom. */
  leastSeconds?: number;
}

/** What the query covers of the page's window. Seconds since the epoch. */
export const spanOf = ({ leastSeconds = 0 }: ChartQuery, { from, to }: Pick<TimeWindow, "from" | "to">) => ({
  from: Math.min(from, to - leastSeconds),
  to,
});

/** Steps that are asked for again, since late samples may still have come into them. */
const OVERLAP_STEPS = 2;

/**
 * The steps since the last known ones, on borders that make the answer come in the same steps.
 * @param now seconds since the epoch
 * @returns null where asking anew for everything is cheaper: nothing is known, or most of it is gone
 */
export function newStepsOf(
  data: Pick<ChartData, "ts" | "stepSeconds" | "from">,
  now: number,
): { from: number; to: number; points: number } | null {
  const { ts, stepSeconds } = data;
  const last = ts.at(-1);
  if (last === undefined || last < data.from + (now - data.from) / 2) return null;
  const from = last - OVERLAP_STEPS * stepSeconds;
  const points = Math.ceil((now - from) / stepSeconds);
  return { from, to: from + points * stepSeconds, points };
}

/** Seconds until a query is asked again: its step, but never more often than every 5 s nor less than every 5 min. */
export const pollSeconds = (stepSeconds: number): number => Math.min(300, Math.max(5, stepSeconds));

/** Address of a question. */
export function queryAddress(
  server: string,
  { metrics, averages }: Pick<ChartQuery, "metrics" | "averages">,
  { from, to, points }: { from: number; to: number; points: number },
): string {
  const parameters = new URLSearchParams({
    server,
    metrics: metrics.join(","),
    from: String(Math.floor(from)),
    to: String(Math.ceil(to)),
    points: String(points),
    ...(averages && { agg: "avg" }),
  });
  return `/api/query?${parameters}`;
}
