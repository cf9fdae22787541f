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
