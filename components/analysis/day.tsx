"use client";
import { useLocale } from "next-intl";
import { formatTime } from "@/lib/format";
import { useTimeZone } from "../clock";

/** A day by the viewer's clock; the second of it when pointed at. @param at ISO 8601 */
export function Day({ at }: { at: string }) {
  const locale = useLocale();
  const timeZone = useTimeZone();
  const date = new Date(at);
  return (
    <time dateTime={at} title={formatTime(date, { locale, timeZone, style: "datetime" })}>
      {formatTime(date, { locale, timeZone, style: "date" })}
    </time>
  );
}
