// Time axis: round local times to label, in the viewer's zone and language.
import { zoneClock } from "./zone";

export interface TimeRange {
  /** Seconds since the epoch. */
  from: number;
  to: number;
  /** IANA name. */
  timeZone: string;
  locale: string;
}

export interface TimeTick {
  /** Seconds since the epoch. */
  time: number;
  label: string;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const MONTH = 30 * DAY;
const STEPS = [1, 2, 5, 10, 15, 30].flatMap((n) => [n, n * MINUTE]).concat([1, 2, 3, 6, 12].map((n) => n * HOUR));
const LONG_STEPS = [DAY, 2 * DAY, 7 * DAY, 14 * DAY, MONTH, 2 * MONTH, 3 * MONTH, 6 * MONTH, 12 * MONTH];
const LADDER = [...STEPS, ...LONG_STEPS].sort((a, b) => a - b);
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const FIRST_MONDAY = 4 * DAY;

/** At most `count` round times inside the range, ascending: whole minutes, hours, local days, Mondays or months. */
export function timeTicks(range: TimeRange, count: number): TimeTick[] {
  const step = LADDER.find((seconds) => (range.to - range.from) / seconds <= count) ?? 12 * MONTH;
  const zone = zoneClock(range.timeZone);
  const times = localTimes(zone.local(range.from), zone.local(range.to), step)
    .map(zone.utc)
    .filter((time) => time >= range.from && time <= range.to);
  return [...new Set(times)].map((time) => ({ time, label: tickLabel(time, step, range) }));
}

/** Labels of the two ends: exact to the second on short ranges, days on long ones. */
export function endLabels(range: TimeRange): [from: string, to: string] {
  const seconds = range.to - range.from;
  const style: Intl.DateTimeFormatOptions =
    seconds <= 10 * MINUTE ? CLOCK_SECONDS : seconds <= DAY + HOUR ? CLOCK : seconds < 12 * MONTH ? DATE : MONTH_YEAR;
  return [format(range.from, style, range), format(range.to, style, range)];
}

/** Date and time as a tooltip shows them; the date only where the range spans more than a day. */
export function exactTime(
  time: number,
  { timeZone, locale }: Pick<TimeRange, "timeZone" | "locale">,
  withDate: boolean,
): string {
  return format(time, withDate ? { ...DATE, ...CLOCK_SECONDS } : CLOCK_SECONDS, { timeZone, locale });
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const CLOCK_SECONDS: Intl.DateTimeFormatOptions = { ...CLOCK, second: "2-digit" };
const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
const MONTH_YEAR: Intl.DateTimeFormatOptions = { month: "short", year: "numeric" };

function tickLabel(time: number, step: number, range: TimeRange): string {
  if (step >= MONTH) {
    const january = new Date(zoneClock(range.timeZone).local(time) * 1000).getUTCMonth() === 0;
    return format(time, january ? { year: "numeric" } : { month: "short" }, range);
  }
  const midnight = zoneClock(range.timeZone).local(time) % DAY === 0;
  if (step >= DAY || midnight) return format(time, DATE, range);
  return format(time, step < MINUTE ? CLOCK_SECONDS : CLOCK, range);
}

/** Round times of a wall clock, written as if it were UTC. */
function localTimes(from: number, to: number, step: number): number[] {
  if (step >= MONTH) return months(from, to, step / MONTH);
  const phase = step >= 7 * DAY ? FIRST_MONDAY : 0;
  const times: number[] = [];
  for (let time = Math.ceil((from - phase) / step) * step + phase; time <= to + HOUR; time += step) times.push(time);
  return times;
}

function months(from: number, to: number, every: number): number[] {
  const times: number[] = [];
  const first = new Date(from * 1000);
  const month = Math.floor(first.getUTCMonth() / every) * every;
  for (let index = month; ; index += every) {
    const time = Date.UTC(first.getUTCFullYear(), index, 1) / 1000;
    if (time > to + DAY) return times;
    times.push(time);
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

const format = (
  time: number,
  style: Intl.DateTimeFormatOptions,
  { locale, timeZone }: Pick<TimeRange, "timeZone" | "locale">,
) => formatter(locale, { ...style, timeZone }).format(time * 1000);
