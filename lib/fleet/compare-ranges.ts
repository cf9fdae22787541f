// Which ranges a comparison is of: two of equal length, given or told by the calendar.
import { AppError } from "../errors";
import { settings } from "../settings/queries";
import { earlier, type Stretch } from "../time";
import type { Actor } from "../users/permissions";
import { invalid, rangeOf } from "./history";

/** What `current` is: the time since this much earlier by the clock on the wall. */
const PERIODS = { hour: { hours: 1 }, day: { days: 1 }, week: { days: 7 }, month: { months: 1 } } as const;
/** How much earlier the comparison begins; `previous` ends where the current range begins. */
const SHIFTS = { yesterday: { days: 1 }, last_week: { days: 7 } } as const;

export type Period = keyof typeof PERIODS;
export type ComparedTo = keyof typeof SHIFTS | "previous";
export const PERIOD_NAMES = Object.keys(PERIODS) as Period[];
export const COMPARED_TO = ["previous", ...(Object.keys(SHIFTS) as (keyof typeof SHIFTS)[])] as const;

/** Milliseconds since the epoch; `to` is not part of the range. */
export interface Range {
  from: number;
  to: number;
}

const CUSTOM = ["start_time_1", "end_time_1", "start_time_2", "end_time_2"] as const;

/** Times in ms since the epoch. */
export type AskedRanges = {
  period?: Period | undefined;
  /** Default: previous. */
  compare_to?: ComparedTo | undefined;
} & { [Time in (typeof CUSTOM)[number]]?: number | undefined };

/**
 * The ranges that a request names, by the calendar in the zone of who asks.
 * @throws AppError invalid, naming the parameters that are missing or contradict each other
 */
export async function rangesOf(actor: Actor, asked: AskedRanges, now = Date.now()): Promise<{ a: Range; b: Range }> {
  const { period, compare_to: comparedTo = "previous" } = asked;
  if (period !== undefined) {
    const custom = CUSTOM.find((name) => asked[name] !== undefined);
    if (custom) throw invalid(custom, "Give either period or the four times start_time_1 to end_time_2");
    return relativeRanges({ period, comparedTo }, now, actor.timeZone ?? (await settings()).time_zone);
  }
  if (asked.compare_to !== undefined) throw invalid("compare_to", "compare_to needs a period");
  const [from = 0, to = 0, start = 0, end = 0] = CUSTOM.map((name) => {
    const time = asked[name];
    if (time === undefined) throw invalid(name, `Give a period, or ${CUSTOM.join(", ")}`);
    return time;
  });
  return { a: { from, to }, b: { from: start, to: end } };
}

/**
 * The period that ends now, and the range it is compared with: always as long as the current one, in hours, whatever
 * months and daylight saving do. The month that ends on 31 March began on 28 February, and is compared with the 31 days before.
 * @param now milliseconds since the epoch
 * @param zone IANA name of the zone whose days and months are meant
 */
export function relativeRanges(
  { period, comparedTo }: { period: Period; comparedTo: ComparedTo },
  now: number,
  zone: string,
): { a: Range; b: Range } {
  const before = (ms: number, stretch: Stretch) => earlier(ms, stretch, zone);
  const from = before(now, PERIODS[period]);
  const start = comparedTo === "previous" ? from - (now - from) : before(from, SHIFTS[comparedTo]);
  return { a: { from, to: now }, b: { from: start, to: start + (now - from) } };
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
