// Times as people and clients write them, to milliseconds since the epoch. Pure.

/** The last moment that PostgreSQL, `Date` and ISO 8601 all understand; nothing here is older than the epoch. */
const LATEST_MS = Date.parse("9999-12-31T23:59:59.999Z");

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+ -]\d{2}:?\d{2}))?$/i;

/**
 * A moment: ISO 8601 (a date alone is its midnight UTC, a time needs its zone) or seconds since the epoch, fractions allowed.
 * @returns milliseconds since the epoch, or null where the text is neither
 */
export function parseTime(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d{1,12}(\.\d{1,9})?$/.test(trimmed)) return within(Math.round(Number(trimmed) * 1_000));
  const match = ISO.exec(trimmed);
  if (!match) return null;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "0", offset = "Z"] = match;
  const date = `${year}-${month}-${day}`;
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0").slice(0, 3)}Z`);
  // `Date` lets 31 February pass as 3 March; a clock has no hour 24 here.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(`${date}T${hour}`)) return null;
  const shift = offsetMs(offset);
  return shift === null ? null : within(ms - shift);
}

/** A plus that was not encoded in a query arrives as a space. */
function offsetMs(offset: string): number | null {
  if (offset.toUpperCase() === "Z") return 0;
  const sign = offset.startsWith("-") ? -1 : 1;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  return hours > 15 || minutes > 59 ? null : sign * (hours * 60 + minutes) * 60_000;
}

const within = (ms: number): number | null => (ms >= 0 && ms <= LATEST_MS ? ms : null);
