"use client";
import { useLocale } from "next-intl";
import { formatTime } from "@/lib/format";
import { useTimeZone } from "../clock";
import { useServerNow } from "./stream-clock";

const DAY_MS = 86_400_000;

/** A time by the viewer's clock; of another day with its date. */
export function Moment({ at, className }: { at: string; className?: string }) {
  const locale = useLocale();
  const timeZone = useTimeZone();
  const recent = useServerNow() - Date.parse(at) < DAY_MS / 2;
  const text = (style: "time" | "date" | "datetime") => formatTime(new Date(at), { locale, timeZone, style });
  return (
    <time dateTime={at} title={text("datetime")} className={className}>
      {text(recent ? "time" : "date")}
    </time>
  );
}
