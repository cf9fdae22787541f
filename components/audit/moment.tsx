"use client";
import { useLocale } from "next-intl";
import { formatTime } from "@/lib/format";
import { useTimeZone } from "../clock";

/** A moment by the viewer's clock, to the second; UTC when pointed at. @param at ISO 8601 */
export function Moment({ at }: { at: string }) {
  const locale = useLocale();
  const timeZone = useTimeZone();
  const show = (zone: string) => formatTime(new Date(at), { locale, timeZone: zone, style: "datetime" });
  return (
    <time dateTime={at} title={`${show("UTC")} UTC`} suppressHydrationWarning>
      {show(timeZone)}
    </time>
  );
}
