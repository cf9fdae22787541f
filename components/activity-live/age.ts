import { formatDuration, formatNumber } from "@/lib/format";

/** An age as a clock shows it: `0:07`, `6:12`, `1:06:12`; from a day on `2 d 3 h`. @param seconds negative counts as 0 */
export function clockAge(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= 86_400) return formatDuration(whole, locale);
  const two = (part: number) => String(part).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${formatNumber(minutes, locale, 0)}:${two(whole % 60)}`;
  return `${formatNumber(Math.floor(minutes / 60), locale, 0)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
