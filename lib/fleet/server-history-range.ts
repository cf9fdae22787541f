// Which range of history an older client asks for, and in which steps it is told. Pure.
import { AppError } from "../errors";
import type { Aggregation } from "./server-history-schema";

/** ms since the epoch; `to` is not part of it. */
export interface Range {
  from: number;
  to: number;
}

export interface Step {
  name: Aggregation;
  /** 0 for sample by sample. */
  ms: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Finest first; steps begin at multiples of their length since the epoch. */
const STEPS: readonly Step[] = [
  { name: "raw", ms: 0 },
  { name: "minute", ms: 60_000 },
  { name: "5minute", ms: 300_000 },
  { name: "hour", ms: HOUR_MS },
  { name: "4hour", ms: 4 * HOUR_MS },
  { name: "day", ms: DAY_MS },
  { name: "week", ms: 7 * DAY_MS },
  { name: "4week", ms: 28 * DAY_MS },
];
const COARSEST: Step = { name: "4week", ms: 28 * DAY_MS };
/** What a range is told in, up to so many days. */
const BY_LENGTH: readonly (readonly [days: number, Aggregation])[] = [
  [2, "raw"],
  [14, "hour"],
  [90, "4hour"],
  [Number.POSITIVE_INFINITY, "day"],
];
/** About 15 MB of JSON, some tenths of a second: two days of 17 databases sample by sample. */
const MOST_ROWS = 200_000;
/** Hours that are taken apart sample by sample for one answer, over all databases. */
const MOST_FINE_HOURS = 10_000;
const LONGEST_MS = 20 * 366 * DAY_MS;
const DEFAULT_MS = 7 * DAY_MS;

/** @throws AppError invalid, naming the date that is wrong */
export function askedRange(
  { start_date, end_date }: { start_date?: number | undefined; end_date?: number | undefined },
  now: number,
): Range {
  const to = end_date ?? now;
  const from = start_date ?? to - DEFAULT_MS;
  if (!(from < to)) {
    throw end_date === undefined
      ? refused("start_date", "must be in the past")
      : refused("end_date", "must be after start_date");
  }
  if (to - from > LONGEST_MS) throw refused("start_date", "must not be more than 20 years before end_date");
  return { from, to };
}

function refused(path: string, rule: string): AppError {
  return new AppError("invalid", `The query is not valid: ${path} ${rule}.`, { fields: [{ path, message: rule }] });
}

interface Extent {
  databases: number;
  /** The part of the range in which anything is stored. */
  stored: Range;
  /** Between two samples. */
  intervalMs: number;
}

/** By the length of the range; longer steps where that would be more rows than one answer holds. */
export function stepOf(range: Range, { databases, stored, intervalMs }: Extent): Step {
  const days = (range.to - range.from) / DAY_MS;
  const name = BY_LENGTH.find(([most]) => days <= most)?.[1];
  const ms = Math.max(0, stored.to - stored.from);
  const isBounded = (step: Step) =>
    (databases * ms) / (step.ms || intervalMs) <= MOST_ROWS &&
    (isByHour(step) || (databases * ms) / HOUR_MS <= MOST_FINE_HOURS);
  return STEPS.slice(STEPS.findIndex((step) => step.name === name)).find(isBounded) ?? COARSEST;
}

/** Whether whole hours of it may be taken as they are stored: as aggregates. */
export const isByHour = ({ ms }: Step): boolean => ms >= HOUR_MS;
