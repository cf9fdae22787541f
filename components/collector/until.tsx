"use client";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { formatAge } from "@/lib/format";
import { useClock } from "../clock";

interface UntilProps {
  /** ISO 8601. */
  at: string;
  /** How often it comes again afterwards; null where that is not known. */
  everySeconds: number | null;
  /** The server's time when the page was made (ms): a browser with a wrong clock shows right times. */
  asOf: number;
}

/** How long until something is due, counting down, and then to the turn after it. */
export function Until({ at, everySeconds, asOf }: UntilProps) {
  const locale = useLocale();
  const t = useTranslations("collector");
  const clock = useClock();
  const skew = useMemo(() => asOf - Date.now(), [asOf]);
  const now = clock === null ? asOf : clock + skew;
  const left = (Date.parse(at) - now) / 1_000;
  const seconds = left < 0 && everySeconds ? everySeconds + (left % everySeconds) : left;
  return <time dateTime={at}>{seconds < 1 ? t("due") : t("in", { time: formatAge(seconds, locale) })}</time>;
}
