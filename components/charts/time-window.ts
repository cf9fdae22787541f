// The period a page shows: what the address says, and what it means in seconds.
import { parseTime } from "@/lib/time";

/** Seconds by the period's name in the address; the first two follow the present second by second. */
export const PERIODS = {
  "5m": 300,
  "1h": 3_600,
  "6h": 21_600,
  "24h": 86_400,
  "7d": 604_800,
  "30d": 2_592_000,
  "90d": 7_776_000,
  "1y": 31_536_000,
} as const;
/** History answers no longer range. */
const LONGEST_SECONDS = 20 * 366 * 86_400;
export type Period = keyof typeof PERIODS;
export const PERIOD_NAMES = Object.keys(PERIODS).filter((name): name is Period => name in PERIODS);
export const DEFAULT_PERIOD: Period = "1h";

/** Seconds since the epoch. `period` null: fixed ends, which do not move on. */
export interface TimeWindow {
  period: Period | null;
  from: number;
  to: number;
}

type Parameters = Record<string, string | string[] | undefined>;

/** Reads `?period=` or `?from=&to=` (ISO or epoch seconds); what cannot be read becomes the default period. */
export function timeWindow(parameters: Parameters, nowSeconds: number, usual: Period = DEFAULT_PERIOD): TimeWindow {
  const from = instant(parameters.from);
  const to = instant(parameters.to);
  if (from !== null && to !== null && from < to && to - from <= LONGEST_SECONDS) return { period: null, from, to };
  const named = PERIOD_NAMES.find((name) => name === parameters.period);
  return relativeWindow(named ?? usual, nowSeconds);
}

/** Whether the address asks for the period before to be laid under. */
export const isCompared = ({ compare }: Parameters): boolean => compare === "previous";

export function relativeWindow(period: Period, nowSeconds: number): TimeWindow {
  return { period, from: nowSeconds - PERIODS[period], to: nowSeconds };
}

/**
 * Points asked for: one a second over five minutes, else what a chart's width can show; two more, since a range that
 * begins between two steps touches one more of them.
 */
export const pointsOf = ({ period }: TimeWindow): number => (period === "5m" ? 300 : 360) + 2;

/** The address part of a fixed window, to the second. */
export function windowQuery({ from, to }: Pick<TimeWindow, "from" | "to">): string {
  const iso = (seconds: number) => new Date(Math.round(seconds) * 1000).toISOString().replace(".000", "");
  return `from=${iso(from)}&to=${iso(to)}`;
}

/**
 * Address of the page at another period: everything else in its query stays.
 * @param period a query as `windowQuery` writes it, `period=7d`, or empty for the page's usual period
 */
export function addressAt(pathname: string, query: string, period: string): string {
  const others = new URLSearchParams(query);
  for (const name of ["period", "from", "to"]) others.delete(name);
  const whole = [others.toString(), period].filter(Boolean).join("&");
  return whole ? `${pathname}?${whole}` : pathname;
}

function instant(value: string | string[] | undefined): number | null {
  if (typeof value !== "string" || value === "") return null;
  const ms = parseTime(value);
  return ms === null ? null : ms / 1000;
}
