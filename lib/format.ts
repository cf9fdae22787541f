// Numbers for people: pure, by locale, with the unit kept apart where it is set in smaller type.
import type { Unit } from "./probe";

/** A number and its unit, both ready to show; `unit` may be empty. */
export interface Formatted {
  value: string;
  unit: string;
}

/** Shown for what is not known: never 0. */
export const NO_VALUE = "–";

const BINARY = 1024;
const SYMBOLS: Record<string, Record<string, string>> = {
  ru: {
    B: "Б",
    KiB: "КиБ",
    MiB: "МиБ",
    GiB: "ГиБ",
    TiB: "ТиБ",
    PiB: "ПиБ",
    ms: "мс",
    s: "с",
    min: "мин",
    h: "ч",
    d: "д",
    "ms/s": "мс/с",
    "1/s": "1/с",
    "/s": "/с",
    "KiB/s": "КиБ/с",
    "MiB/s": "МиБ/с",
    "GiB/s": "ГиБ/с",
    "B/s": "Б/с",
    "bit/s": "бит/с",
    "kbit/s": "кбит/с",
    "Mbit/s": "Мбит/с",
    "Gbit/s": "Гбит/с",
    "Tbit/s": "Тбит/с",
    µs: "мкс",
    MHz: "МГц",
    GHz: "ГГц",
  },
};
const SIZE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** The unit's symbol in the language: `MiB` → `МиБ`; unknown symbols stay as they are. */
export function unitSymbol(symbol: string, locale: string): string {
  return SYMBOLS[locale.split("-")[0] ?? ""]?.[symbol] ?? symbol;
}

const numberFormats = new Map<string, Intl.NumberFormat>();

/** @param digits decimals at most; without it 2 below 10, 1 below 100, none from there on */
export function formatNumber(value: number | null | undefined, locale: string, digits?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  const maximum = digits ?? significantDecimals(value);
  const key = `${locale}|${maximum}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { maximumFractionDigits: maximum });
    numberFormats.set(key, format);
  }
  return format.format(value === 0 ? 0 : value);
}

function significantDecimals(value: number): number {
  const size = Math.abs(value);
  if (size >= 99.95) return 0;
  return size >= 9.995 ? 1 : 2;
}

/** Value and unit of a metric, scaled for reading: bytes by 1024, times from ms to days, MHz to GHz. */
export function formatUnit(value: number | null | undefined, unit: Unit, locale: string): Formatted {
  const symbol = (name: string) => unitSymbol(name, locale);
  if (value === null || value === undefined || !Number.isFinite(value)) return { value: NO_VALUE, unit: "" };
  switch (unit) {
    case "percent":
      return { value: formatNumber(value, locale, 1), unit: "%" };
    case "ratio":
      return { value: formatNumber(value * 100, locale, 1), unit: "%" };
    case "bytes":
      return scaleBytes(value, locale, "");
    case "bytes/s":
      return scaleBytes(value, locale, "/s");
    case "KiB/s":
      return scaleBytes(value * BINARY, locale, "/s");
    case "MHz":
      return value >= 1000
        ? { value: formatNumber(value / 1000, locale), unit: symbol("GHz") }
        : { value: formatNumber(value, locale, 0), unit: symbol("MHz") };
    case "celsius":
      return { value: formatNumber(value, locale, 0), unit: "°C" };
    case "count":
    case "boolean":
      return { value: formatNumber(value, locale), unit: "" };
    case "1/s":
      return { value: formatNumber(value, locale), unit: symbol("/s") };
    case "s":
      return value >= 60
        ? { value: formatDuration(value, locale), unit: "" }
        : { value: formatNumber(value, locale), unit: symbol("s") };
    default:
      return { value: formatNumber(value, locale), unit: symbol(unit) };
  }
}

function scaleBytes(bytes: number, locale: string, per: "" | "/s"): Formatted {
  let scaled = bytes;
  let step = 0;
  while (Math.abs(scaled) >= BINARY * 0.9995 && step < SIZE_UNITS.length - 1) {
    scaled /= BINARY;
    step += 1;
  }
  const name = unitSymbol(SIZE_UNITS[step] ?? "B", locale);
  const digits = step === 0 ? 0 : undefined;
  return { value: formatNumber(scaled, locale, digits), unit: per ? `${name}${unitSymbol(per, locale)}` : name };
}

/** Number and unit in one string, joined as the unit wants it: `64.3%`, `1.8 ms`. */
export function joinUnit({ value, unit }: Formatted): string {
  if (!unit || value === NO_VALUE) return value;
  return unit === "%" || unit.startsWith("/") ? `${value}${unit}` : `${value}\u00a0${unit}`;
}

/** @param bytes 0 and up; `1536` → `1.5 KiB` */
export function formatBytes(bytes: number | null | undefined, locale: string): string {
  return joinUnit(formatUnit(bytes, "bytes", locale));
}

/** @param percent 0..100 */
export function formatPercent(percent: number | null | undefined, locale: string, digits = 1): string {
  return joinUnit({ value: formatNumber(percent, locale, digits), unit: "%" });
}

/** @param perSecond events or bytes a second; `bytes` scales by 1024 */
export function formatRate(
  perSecond: number | null | undefined,
  locale: string,
  of: "events" | "bytes" = "events",
): string {
  return joinUnit(formatUnit(perSecond, of === "bytes" ? "bytes/s" : "1/s", locale));
}

const DURATION_STEPS: readonly (readonly [seconds: number, symbol: string])[] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** The two largest units of a time span: `2 h 48 min`, `41 d 6 h`, `12 s`. @param seconds 0 and up */
export function formatDuration(seconds: number | null | undefined, locale: string, parts = 2): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NO_VALUE;
  let rest = Math.max(0, Math.round(seconds));
  const shown: string[] = [];
  for (const [size, symbol] of DURATION_STEPS) {
    const count = Math.floor(rest / size);
    const last = size === 1 && shown.length === 0;
    if ((count > 0 || last) && shown.length < parts) {
      shown.push(`${formatNumber(count, locale, 0)}\u00a0${unitSymbol(symbol, locale)}`);
    } else if (shown.length > 0) break;
    rest -= count * size;
  }
  return shown.join(" ");
}

/** How old something is, in its largest unit: `4 min`. @param seconds negative counts as 0 (clocks differ) */
export function formatAge(seconds: number | null | undefined, locale: string): string {
  return formatDuration(seconds, locale, 1);
}

export type TimeStyle = "time" | "datetime" | "date";

const TIME_STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  date: { day: "numeric", month: "short", year: "numeric" },
  datetime: {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  },
};

const timeFormats = new Map<string, Intl.DateTimeFormat>();
/** Of styles, languages and time zones. */
const MOST_TIME_FORMATS = 64;

/** To make one takes as long as to write a hundred times with it. */
function timeFormat(locale: string, style: TimeStyle, timeZone: string): Intl.DateTimeFormat {
  const key = `${locale}|${style}|${timeZone}`;
  const known = timeFormats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat(locale, { ...TIME_STYLES[style], timeZone });
  if (timeFormats.size >= MOST_TIME_FORMATS) timeFormats.clear();
  timeFormats.set(key, format);
  return format;
}

/** A moment by the clock of a time zone (IANA name), always with 24 hours. */
export function formatTime(
  date: Date,
  { locale, timeZone, style }: { locale: string; timeZone: string; style: TimeStyle },
): string {
  return timeFormat(locale, style, timeZone).format(date);
}
