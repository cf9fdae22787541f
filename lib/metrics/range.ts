// What is asked of history at a time, and how much that may be.
import { AppError } from "../errors";
import type { Selector } from "./fetch";

export interface SeriesRange {
  subject: number;
  selectors: readonly Selector[];
  /** Milliseconds since the epoch; `to` is not part of the range. */
  from: number;
  to: number;
}

/** The range of a Date, ms. */
const MOST_TIME = 8.64e15;
/** Values in one answer: about a second of work. */
export const MOST_VALUES = 2_000_000;
/** Series × hours moved by one statement: a few megabytes, some tens of milliseconds between two breaths. */
export const SAMPLES_PER_STATEMENT = 1_024;

/** @throws AppError bad_request for an empty range */
export function checkRange({ from, to }: Pick<SeriesRange, "from" | "to">): void {
  if (!(from < to && Math.abs(from) <= MOST_TIME && Math.abs(to) <= MOST_TIME)) {
    throw new AppError("bad_request", "The period must end after it starts");
  }
}

export function tooLarge(series: number): AppError {
  return new AppError(
    "too_large",
    `Too much at once for ${series} series: ask for fewer series, a shorter period or longer steps`,
  );
}
