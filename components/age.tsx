"use client";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { formatAge, formatTime } from "@/lib/format";
import { useClock, useTimeZone } from "./clock";

interface AgeProps {
  /** ISO 8601. */
  since: string;
  /** The server's time when the page was made (ms): a browser with a wrong clock shows right ages. */
  asOf: number;
  /** `9 s ago` instead of `9 s`. */
  ago?: boolean;
  className?: string;
}

/** How long ago something was, counting on. */
export function Age({ since, asOf, ago, className }: AgeProps) {
  const locale = useLocale();
  const t = useTranslations("common");
  const timeZone = useTimeZone();
  const clock = useClock();
  const skew = useMemo(() => asOf - Date.now(), [asOf]);
  const date = new Date(since);
  const now = clock === null ? asOf : clock + skew;
  const age = formatAge((now - date.getTime()) / 1_000, locale);
  return (
    <time
      dateTime={since}
      title={`${formatTime(date, { locale, timeZone, style: "datetime" })} (${formatTime(date, { locale, timeZone: "UTC", style: "datetime" })} UTC)`}
      className={className}
    >
      {ago ? t("ago", { age }) : age}
    </time>
  );
}
