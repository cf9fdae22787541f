"use client";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { formatAge } from "@/lib/format";
import { useClock } from "../clock";

interface UntilProps {
  /** ISO 8601. */
  at: string;
  /** The server's time when the page was made (ms): a browser with a wrong clock shows right times. */
  asOf: number;
}

/** How long until something is due, counting down. */
export function Until({ at, asOf }: UntilProps) {
  const locale = useLocale();
  const t = useTranslations("collector");
  const clock = useClock();
  const skew = useMemo(() => asOf - Date.now(), [asOf]);
  const now = clock === null ? asOf : clock + skew;
  const seconds = (Date.parse(at) - now) / 1_000;
  return <time dateTime={at}>{seconds < 1 ? t("due") : t("in", { time: formatAge(seconds, locale) })}</time>;
}
