// Which ranges a comparison is of: two of equal length, given or told by the calendar. Pure.
import { AppError } from "../errors";
import { rangeOf } from "./history";

/** Milliseconds since the epoch; `to` is not part of the range. */
export interface Range {
  from: number;
  to: number;
}

/**
 * Both ranges, when they can be laid over each other.
 * @throws AppError bad_request when one is longer than the other, invalid when one is empty, turned round or too long
 */
export function checkedRanges({ a, b }: { a: Range; b: Range }): { a: Range; b: Range } {
  for (const range of [a, b]) rangeOf(range, range.to);
  if (a.to - a.from === b.to - b.from) return { a, b };
  const message = "start_time_1 to end_time_1 must be as long as start_time_2 to end_time_2";
  throw new AppError("bad_request", message, { fields: [{ path: "end_time_2", message }] });
}

/** The change from `before` to `now` in percent of `before`'s size; null where either is unknown or `before` is 0. */
export function changePercent(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  const change = ((now - before) / Math.abs(before)) * 100;
  return Number.isFinite(change) ? change : null;
}
