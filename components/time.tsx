"use client";
import { useLocale } from "next-intl";
import { formatTime, type TimeStyle } from "@/lib/format";
import { useTimeZone } from "./clock";

interface TimeProps {
  /** ISO 8601, or ms since the epoch. */
  value: string | number;
  style?: TimeStyle;
  className?: string;
}

/** A moment in the viewer's language and time zone, with UTC on hover. */
export function Time({ value, style = "datetime", className }: TimeProps) {
  const locale = useLocale();
  const timeZone = useTimeZone();
  const date = new Date(value);
  return (
    <time
      dateTime={date.toISOString()}
      title={`${formatTime(date, { locale, timeZone: "UTC", style: "datetime" })} UTC`}
      className={className}
    >
      {formatTime(date, { locale, timeZone, style })}
    </time>
  );
}
