// Times as people and clients write them, to milliseconds since the epoch. Pure.
import { parseISO } from "date-fns";

/** The last moment that PostgreSQL, `Date` and ISO 8601 all understand; nothing here is older than the epoch. */
const LATEST_MS = Date.parse("9999-12-31T23:59:59.999Z");

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Date, time and zone; a plus that was not encoded in a query arrives as a space. */
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?)(?:(Z)|([+ -])((?:0\d|1[0-5]):?[0-5]\d))$/i;

/**
 * A moment: ISO 8601 (a date alone is its midnight UTC, a time needs its zone) or seconds since the epoch, fractions allowed.
 * @returns milliseconds since the epoch, or null where the text is neither
 */
export function parseTime(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d{1,12}(\.\d{1,9})?$/.test(trimmed)) return within(Math.round(Number(trimmed) * 1_000));
  if (DATE.test(trimmed)) return within(parseISO(`${trimmed}T00:00Z`).getTime());
  const [, date, time, utc, sign, offset] = MOMENT.exec(trimmed) ?? [];
  if (date === undefined) return null;
  const zone = utc ? "Z" : `${sign === "-" ? "-" : "+"}${offset}`;
  return within(parseISO(`${date}T${time}${zone}`).getTime());
}

/** NaN, as of 31 February, is within nothing. */
const within = (ms: number): number | null => (ms >= 0 && ms <= LATEST_MS ? ms : null);

/** A time of day without a zone: by the clock of whoever asks. */
const LOCAL = /^(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?)$/;

/** What a list is filtered by: dates or moments as text, and the zone in which a date is a day. */
export interface DayFilter {
  date_from?: string | undefined;
  date_to?: string | undefined;
  /** IANA name; UTC where the name is of none. */
  tz: string;
}

/**
 * From when to when a list is asked for. A date alone is its whole day in `tz`, however long the clock makes it; a time
 * without a zone is one in `tz`; `date_to` is included. Never throws: what is no time is no bound.
 * @returns `from` inclusive, `to` exclusive; null for no bound
 */
export function dayRange({ date_from, date_to, tz }: DayFilter): { from: Date | null; to: Date | null } {
  const zone = isTimeZone(tz) ? tz : "UTC";
  const from = date_from === undefined ? null : startOf(date_from, zone);
  const to = date_to === undefined ? null : endOf(date_to, zone);
  return { from: dateOf(from), to: dateOf(to) };
}

/** When the day began that it is in `tz` at `now`. */
export function startOfDay(now: Date, tz: string): Date {
  const zone = isTimeZone(tz) ? tz : "UTC";
  const shown = now.getTime() + offsetIn(now.getTime(), zone);
  return new Date(firstShowing(Math.floor(shown / DAY_MS) * DAY_MS, zone));
}

/** Whether `dayRange` understands a text. */
export const isDayOrTime = (text: string): boolean => startOf(text, "UTC") !== null;

/** Whether a name is one of a time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

const dateOf = (ms: number | null): Date | null => (ms === null || within(ms) === null ? null : new Date(ms));

function startOf(text: string, zone: string): number | null {
  const wall = wallOf(text.trim());
  return wall === null ? parseTime(text) : firstShowing(wall, zone);
}

/** A day ends where the next one starts; a moment is included. */
function endOf(text: string, zone: string): number | null {
  const wall = wallOf(text.trim());
  if (wall !== null && DATE.test(text.trim())) return firstShowing(wall + DAY_MS, zone);
  const start = startOf(text, zone);
  return start === null ? null : start + 1;
}

/** What a clock without zones shows, as milliseconds. */
function wallOf(text: string): number | null {
  if (DATE.test(text)) return within(parseISO(`${text}T00:00Z`).getTime());
  const [, date, time] = LOCAL.exec(text) ?? [];
  return date === undefined ? null : within(parseISO(`${date}T${time}Z`).getTime());
}

/** The first moment at which the clock of `zone` shows `wall` or, where it skips that, anything later. */
function firstShowing(wall: number, zone: string): number {
  const shown = (ms: number) => ms + offsetIn(ms, zone);
  const guesses = [wall - offsetIn(wall - DAY_MS, zone), wall - offsetIn(wall + DAY_MS, zone)].sort((a, b) => a - b);
  const exact = guesses.find((guess) => shown(guess) === wall);
  if (exact !== undefined) return exact;
  let [before = wall, after = wall] = guesses;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (shown(middle) < wall) before = middle;
    else after = middle;
  }
  return after;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A stretch of the calendar. */
export interface Stretch {
  hours?: number;
  days?: number;
  months?: number;
}

/**
 * The moment a stretch earlier. Days and months go by the clock on the wall in `zone`: the same time of day, a month
 * earlier on the same date or, where that month is shorter, on its last. A time that the clock skips is moved on by
 * what was skipped.
 * @param ms milliseconds since the epoch
 * @param zone IANA name, e.g. `Europe/Berlin`
 */
export function earlier(ms: number, { hours = 0, days = 0, months = 0 }: Stretch, zone: string): number {
  const start = ms - hours * HOUR_MS;
  if (days === 0 && months === 0) return start;
  const offset = offsetIn(start, zone);
  const wanted = wallBefore(start + offset, days, months);
  // Of two moments with the same time of day the one under the clock of `ms` is meant.
  const around = [offsetIn(wanted - DAY_MS, zone), offsetIn(wanted + DAY_MS, zone)].map((guess) => wanted - guess);
  const shows = (moment: number) => moment + offsetIn(moment, zone) === wanted;
  return [wanted - offset, ...around].find(shows) ?? Math.max(...around);
}

/** The same on a clock without zones. */
function wallBefore(wall: number, days: number, months: number): number {
  const at = new Date(wall);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth() - months];
  const lastDate = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(at.getUTCDate(), lastDate) - days) + (wall % DAY_MS);
}

const PARTS: Intl.DateTimeFormatOptions = {
  ...({ year: "numeric", month: "numeric", day: "numeric" } as const),
  ...({ hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const),
};
/** Clocks kept; clients may write one zone's name in countless ways, and each clock takes some kB. */
const CLOCKS_AT_MOST = 100;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US", { ...PARTS, timeZone: zone });
  for (const [oldest] of clocks) if (clocks.size >= CLOCKS_AT_MOST) clocks.delete(oldest);
  clocks.set(zone, clock);
  return clock;
}

/** How far the clock of a zone is ahead of UTC at a moment, ms. */
function offsetIn(ms: number, zone: string): number {
  const shown = Object.fromEntries(
    clockOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}
